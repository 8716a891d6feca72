import type { AlarmCause, AlarmSource, JobStore, Scope } from '@satchel/domain';

/** Types whose last backup failed: also those whose process died, and could tell nobody. */
export class FailedBackups implements AlarmSource {
  readonly name = 'failed backups';
  readonly kinds = ['backup_failed'] as const;

  constructor(
    private readonly jobs: JobStore,
    private readonly scopes: readonly Scope[],
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    const causes: AlarmCause[] = [];
    for (const { name: subject } of this.scopes) {
      const { items } = await this.jobs.find(
        { kinds: ['backup'], states: ['success', 'failed'], scopeName: subject, includeDeleted: true },
        { sort: 'finished', order: 'desc', limit: 1 },
      );
      const [last] = items;
      // One that was in another's way has been made all the same.
      if (last?.state !== 'failed' || last.error?.kind === 'conflict') continue;
      const facts = { name: last.name, jobId: last.jobId, error: last.error?.kind ?? 'system_error' };
      causes.push({ kind: 'backup_failed', subject, facts });
    }
    return causes;
  }
}
