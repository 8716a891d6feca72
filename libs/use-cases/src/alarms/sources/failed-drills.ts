import type { AlarmCause, AlarmSource, ErrorKind, JobStore, Scope } from '@satchel/domain';

/** Drills that ended in these ways have tried nothing: somebody mistyped an id, or there is no backup yet, which is told elsewhere. */
export const NO_DRILL: readonly ErrorKind[] = ['cancelled', 'conflict', 'not_found'];

/** Drills of one type that are looked through until there is one that has tried something. */
const MOST = 20;

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
      const { items } = await this.jobs.find(
        { kinds: ['drill'], states: ['success', 'failed'], scopeName: subject },
        { sort: 'finished', order: 'desc', limit: MOST },
      );
      const last = items.find(({ error }) => error === null || !NO_DRILL.includes(error.kind));
      if (last?.state !== 'failed') continue;
      const facts = { backupId: last.backupId, error: last.error?.kind ?? 'system_error' };
      causes.push({ kind: 'drill_failed', subject, facts });
    }
    return causes;
  }
}
