import type {
  AuditLog,
  JobQueue,
  JobRecord,
  JobStore,
  Permission,
  RunOptions,
  UploadQuarantine,
} from '@satchel/domain';
import { BackupError, JOB_PERMISSIONS, SYSTEM_ACTOR } from '@satchel/domain';
import { audited } from './audit/audited.js';

export interface CancelJobCommand {
  readonly jobId: string;
  /** What the person may do. */
  readonly permissions: ReadonlySet<Permission>;
}

/**
 * Stops a job: one that waits is cancelled at once, one that runs ends within seconds and leaves nothing. Who may ask for
 * such jobs may stop them, other people's too.
 *
 * @throws BackupError `not_found`, `permission_error`, `unavailable`
 */
export class CancelJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly queue: JobQueue,
    private readonly audit: AuditLog,
    private readonly quarantine: UploadQuarantine,
  ) {}

  async run(command: CancelJobCommand, { actor = SYSTEM_ACTOR }: RunOptions = {}): Promise<JobRecord> {
    return await audited(
      this.audit,
      { actor, action: 'job.cancel', subject: command.jobId, details: {} },
      () => this.#cancel(command, actor.name),
      ({ kind, state }) => ({ kind, state }),
    );
  }

  async #cancel({ jobId, permissions }: CancelJobCommand, by: string): Promise<JobRecord> {
    const job = await this.jobs.get(jobId);
    if (job === null) throw new BackupError('not_found', `There is no job ${jobId}.`, { jobId });
    const permission = JOB_PERMISSIONS[job.kind];
    if (!permissions.has(permission)) {
      throw new BackupError(
        'permission_error',
        `You may not stop this job: it needs the permission ${permission}. Ask an administrator for it.`,
        { permission },
      );
    }
    const cancelled = await this.queue.cancel(jobId, by);
    if (hasNeverBegun(cancelled)) await this.#discardUpload(cancelled);
    return cancelled;
  }

  /** Whoever runs a job removes its file; this one nobody has begun, and nobody will. What cannot be removed now is swept later. */
  async #discardUpload({ jobId }: JobRecord): Promise<void> {
    try {
      const command = await this.jobs.commandOf(jobId);
      if (command?.kind !== 'restore' || command.source.from !== 'upload') return;
      await this.quarantine.remove(command.source.uploadId);
    } catch {
      // The job is cancelled all the same, and that is what was asked for.
    }
  }
}

/** A job that waits is cancelled by the store alone, so no process can have its file open. */
function hasNeverBegun({ kind, state, attempt }: JobRecord): boolean {
  return kind === 'restore' && state === 'cancelled' && attempt === 0;
}
