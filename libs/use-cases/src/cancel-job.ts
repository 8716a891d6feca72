import type { AuditLog, JobQueue, JobRecord, RunOptions } from '@satchel/domain';
import { SYSTEM_ACTOR } from '@satchel/domain';
import { audited } from './audit/audited.js';

/**
 * Stops a job: one that waits is cancelled at once, one that runs ends within seconds and leaves nothing.
 *
 * @throws BackupError `not_found`, `unavailable`
 */
export class CancelJob {
  constructor(
    private readonly queue: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  async run(jobId: string, { actor = SYSTEM_ACTOR }: RunOptions = {}): Promise<JobRecord> {
    return await audited(
      this.audit,
      { actor, action: 'job.cancel', subject: jobId, details: {} },
      () => this.queue.cancel(jobId, actor.name),
      ({ kind, state }) => ({ kind, state }),
    );
  }
}
