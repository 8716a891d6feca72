import type { AuditLog, Clock, NewJob, Schedule, ScheduleStore } from '@satchel/domain';
import { newBackupId, scheduleRequester, SYSTEM_ACTOR } from '@satchel/domain';
import { nextRun } from './next-runs.js';

/** What FireSchedules has to say of what went wrong; nothing of it stops the other schedules. */
export interface FiredSchedules {
  readonly fired: readonly { readonly schedule: Schedule; readonly jobId: string }[];
  /** Schedules that could not be fired, and why. */
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

/**
 * Adds the jobs of all schedules that are due. However many processes do this at once, each due time adds one job; times
 * that nobody was there for are caught up by one run, and the next is at its time.
 *
 * Adding the job and setting the next time is one transaction of the catalog, so there is no moment at which one is done and
 * the other is not: see docs/decisions/0028-schedules-fire-in-the-catalog.md. A queue finds the job within seconds.
 *
 * @throws BackupError `unavailable` if the catalog is out of reach
 */
export class FireSchedules {
  constructor(
    private readonly schedules: ScheduleStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async run(signal?: AbortSignal): Promise<FiredSchedules> {
    const fired: { schedule: Schedule; jobId: string }[] = [];
    const failed: { name: string; error: unknown }[] = [];
    const except: string[] = [];
    while (!signal?.aborted) {
      const now = this.clock.now();
      const jobId = newBackupId();
      let tried: Schedule | undefined;
      try {
        const schedule = await this.schedules.fireNext(
          now,
          due => {
            tried = due;
            return { jobs: [backupOf(due, jobId, now)], nextRunAt: nextAfter(due, now) };
          },
          except,
        );
        if (schedule === null) break;
        fired.push({ schedule, jobId });
      } catch (error) {
        // One that cannot be fired, by a cron that somebody has edited in the database, must not hold up the rest.
        if (tried === undefined) throw error;
        failed.push({ name: tried.name, error });
        except.push(tried.scheduleId);
      }
    }
    for (const { schedule, jobId } of fired) await this.#record(schedule, jobId);
    return { fired, failed };
  }

  /** After the fact, which stands in history whether or not the log is there. */
  async #record({ name, scopeName, destinations }: Schedule, jobId: string): Promise<void> {
    const details = { type: scopeName, schedule: name, ...(destinations && { destinations }) };
    await this.audit
      .record({ actor: SYSTEM_ACTOR, action: 'backup.create', outcome: 'requested', subject: jobId, details })
      .catch(() => undefined);
  }
}

/** The backup that a schedule asks for. */
export function backupOf(
  { name, scopeName, compression, destinations }: Schedule,
  jobId: string,
  now: Date,
  requestedBy: string | null = scheduleRequester(name),
): NewJob {
  return {
    jobId,
    command: { kind: 'backup', scopeName, name, compression, jobs: 1, destinations },
    requestedBy,
    createdAt: now,
  };
}

/** After both: a process whose clock is behind must not find the time that was just fired due again. */
function nextAfter(schedule: Schedule, now: Date): Date | null {
  const due = schedule.nextRunAt?.getTime() ?? 0;
  return nextRun(schedule, new Date(Math.max(now.getTime(), due)));
}
