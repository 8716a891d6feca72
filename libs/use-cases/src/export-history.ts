import type { AuditLog, JobFilter, JobRecord, JobStore, RunOptions } from '@satchel/domain';
import { SYSTEM_ACTOR } from '@satchel/domain';

/**
 * Hands out the whole history, newest first, in memory that does not grow with it.
 *
 * @throws BackupError `unavailable`
 */
export class ExportHistory {
  constructor(
    private readonly jobs: JobStore,
    private readonly audit: AuditLog,
  ) {}

  async run(
    filter: JobFilter,
    { actor = SYSTEM_ACTOR, signal }: RunOptions = {},
  ): Promise<AsyncIterable<JobRecord>> {
    await this.audit.record({
      actor,
      action: 'history.export',
      outcome: 'success',
      subject: null,
      details: { filter },
    });
    return this.jobs.stream(filter, signal);
  }
}
