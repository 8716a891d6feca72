import type {
  BackupError,
  ErrorKind,
  Heartbeat,
  JobCommand,
  JobHandler,
  JobRecord,
  Scope,
} from '@satchel/domain';
import { mayRepeat, toBackupError } from '@satchel/domain';
import { NO_DRILL } from '../drill/last-drill.js';
import type { AlarmLog } from './alarm-log.js';
import type { DeliverAlarms } from './deliver-alarms.js';
import type { RaiseAlarms } from './raise-alarms.js';

/** What ends, as far as alarms about it go. */
export type WatchedWork =
  | {
      readonly kind: 'backup';
      readonly jobId: string;
      readonly scopeName: string;
      readonly name: string | null;
    }
  | { readonly kind: 'restore'; readonly jobId: string; readonly file: string | null }
  | { readonly kind: 'verify'; readonly backupId: string; readonly file: string | null }
  | { readonly kind: 'cleanup' }
  | { readonly kind: 'drill'; readonly scopeName: string; readonly backupId: string | null };

/** Attempts that a queue gives a job whose database or storage is away; see `JobQueue`. */
const ATTEMPTS = 3;

/** Ends that are somebody's decision, or said to them, and no reason for an alarm. */
const NO_ALARM: Readonly<Record<WatchedWork['kind'], readonly ErrorKind[]>> = {
  backup: ['cancelled', 'conflict'],
  // Whoever restores sits before it: a wrong file name or plan is told to them.
  restore: ['cancelled', 'conflict', 'not_found', 'validation_error', 'too_large', 'wrong_key'],
  verify: ['cancelled'],
  cleanup: ['cancelled'],
  drill: NO_DRILL,
};

export interface JobAlarmsParts {
  readonly raise: RaiseAlarms;
  readonly deliver: DeliverAlarms;
  readonly heartbeat: Heartbeat;
  readonly scopes: readonly Scope[];
  readonly log: AlarmLog;
}

/**
 * Raises an alarm the moment a job fails, and pings the dead man's switch after each backup. Best effort: whatever goes wrong
 * here, the job's own end stands, and is held up for seconds at most.
 */
export class JobAlarms {
  constructor(private readonly parts: JobAlarmsParts) {}

  /**
   * Does something at a shell. There may be no server that would deliver what is queued, so it is sent before the command
   * ends, as are messages that wait for another try.
   *
   * @param failedDeletes how many deletes failed, of a cleanup's result
   */
  async around<T>(
    work: WatchedWork,
    act: () => Promise<T>,
    failedDeletes: (result: T) => number = () => 0,
  ): Promise<T> {
    let result: T;
    try {
      result = await act();
    } catch (thrown) {
      if (await this.#failed(work, toBackupError(thrown))) await this.#deliver();
      throw thrown;
    }
    if (await this.#succeeded(work, failedDeletes(result))) await this.#deliver();
    return result;
  }

  /** A queue's handler that does the same; what is queued is delivered by the chore. */
  watching(handler: JobHandler): JobHandler {
    return async (job, command, options) => {
      const work = workOf(job, command);
      let report: unknown;
      try {
        report = await handler(job, command, options);
      } catch (thrown) {
        const error = toBackupError(thrown);
        const isLast = error.kind !== 'unavailable' || !mayRepeat(command.kind) || job.attempt >= ATTEMPTS;
        // A process that is told to end hands its jobs back.
        if (isLast && !options.signal.aborted) await this.#failed(work, error);
        throw thrown;
      }
      await this.#succeeded(work, failedDeletesOf(report));
      return report;
    };
  }

  /** @returns whether the catalog is there, and there may be something to deliver */
  async #failed(work: WatchedWork, { kind: error }: BackupError): Promise<boolean> {
    const { raise, heartbeat, scopes } = this.parts;
    if (NO_ALARM[work.kind].includes(error)) return false;
    switch (work.kind) {
      case 'backup': {
        const { scopeName: subject, jobId, name } = work;
        // No backup of a type that there is not.
        if (!scopes.some(({ name: known }) => known === subject)) return false;
        const [taken] = await Promise.all([
          raise.raise({ kind: 'backup_failed', subject, facts: { name, jobId, error } }),
          heartbeat.failed(),
        ]);
        return taken;
      }
      case 'restore':
        return await raise.raise({
          kind: 'restore_failed',
          subject: work.jobId,
          facts: { file: work.file, error },
        });
      case 'verify':
        // What cannot be read now is not damaged for that.
        if (error !== 'invalid_backup') return false;
        return await raise.raise({
          kind: 'copy_damaged',
          subject: work.backupId,
          facts: { file: work.file, destination: null },
        });
      case 'cleanup':
        return await raise.raise({ kind: 'retention_failed', subject: 'cleanup', facts: { backups: 0 } });
      case 'drill': {
        const { scopeName: subject, backupId } = work;
        if (!scopes.some(({ name: known }) => known === subject)) return false;
        return await raise.raise({ kind: 'drill_failed', subject, facts: { backupId, error } });
      }
    }
  }

  /** @returns as `#failed` does */
  async #succeeded(work: WatchedWork, failedDeletes: number): Promise<boolean> {
    const { raise, heartbeat, log } = this.parts;
    switch (work.kind) {
      case 'backup': {
        const subject = work.scopeName;
        const [taken, , pinged] = await Promise.all([
          raise.resolve({ kind: 'backup_failed', subject }),
          raise.resolve({ kind: 'backup_overdue', subject }),
          heartbeat.succeeded(),
        ]);
        if (!pinged) log.warn({ setting: 'HEARTBEAT_URL' }, 'The heartbeat did not get through.');
        return taken;
      }
      case 'restore':
        return false;
      case 'verify':
        return await raise.resolve({ kind: 'copy_damaged', subject: work.backupId });
      case 'cleanup': {
        const key = { kind: 'retention_failed', subject: 'cleanup' } as const;
        if (failedDeletes === 0) return await raise.resolve(key);
        return await raise.raise({ ...key, facts: { backups: failedDeletes } });
      }
      case 'drill':
        return await raise.resolve({ kind: 'drill_failed', subject: work.scopeName });
    }
  }

  async #deliver(): Promise<void> {
    await this.parts.deliver.run().catch((thrown: unknown) => {
      const { kind } = toBackupError(thrown);
      this.parts.log.warn({ errorType: kind }, 'Alarms that wait could not be sent now.');
    });
  }
}

function workOf({ jobId, file }: JobRecord, command: JobCommand): WatchedWork {
  switch (command.kind) {
    case 'backup':
      return { kind: 'backup', jobId, scopeName: command.scopeName, name: command.name };
    case 'restore':
    case 'undo':
      return { kind: 'restore', jobId, file };
    case 'verify':
      return { kind: 'verify', backupId: command.backupId, file };
    case 'cleanup':
      return { kind: 'cleanup' };
    case 'drill':
      return { kind: 'drill', scopeName: command.scopeName, backupId: command.backupId };
  }
}

/** Of a cleanup's report; see `cleanupReport`. */
function failedDeletesOf(report: unknown): number {
  if (typeof report !== 'object' || report === null || !('failed' in report)) return 0;
  return typeof report.failed === 'number' ? report.failed : 0;
}
