import type { AlarmCause, AlarmSource, JobStore, Scope } from '@satchel/domain';
import { findLastDrill } from '../../drill/last-drill.js';

/** Types whose last drill failed: also those whose process died, and could tell nobody. */
export class FailedDrills implements AlarmSource {
  readonly name = 'failed drills';
  readonly kinds = ['drill_failed'] as const;

  constructor(
    private readonly jobs: JobStore,
    private readonly scopes: readonly Scope[],
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    const causes: AlarmCause[] = [];
    for (const { name: subject } of this.scopes) {
      const last = await findLastDrill(this.jobs, subject);
      if (last?.state !== 'failed') continue;
      const facts = { backupId: last.backupId, error: last.error?.kind ?? 'system_error' };
      causes.push({ kind: 'drill_failed', subject, facts });
    }
    return causes;
  }
}
