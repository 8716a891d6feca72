import type { ErrorKind, JobRecord, JobStore } from '@satchel/domain';

/** Drills that ended in these ways have tried nothing: somebody mistyped an id, or there is no backup yet, which is told elsewhere. */
export const NO_DRILL: readonly ErrorKind[] = ['cancelled', 'conflict', 'not_found'];

/** Drills of one type that are looked through until there is one that has tried something. */
const MOST = 20;

/** The last drill of a type that has shown something, good or bad. @throws BackupError `unavailable` */
export async function findLastDrill(jobs: JobStore, scopeName: string): Promise<JobRecord | null> {
  const { items } = await jobs.find(
    { kinds: ['drill'], states: ['success', 'failed'], scopeName },
    { sort: 'finished', order: 'desc', limit: MOST },
  );
  return items.find(({ error }) => error === null || !NO_DRILL.includes(error.kind)) ?? null;
}
