import type { PruneBackupsResult } from '@satchel/use-cases';
import { cleanupReport } from '@satchel/use-cases';

/** What a cleanup would do, with the contract's names. */
export function cleanupPlanData(result: PruneBackupsResult) {
  const { days, kept, freed_bytes, backups } = cleanupReport(result);
  const wouldDelete = backups.filter(({ outcome }) => outcome === 'would be deleted').length;
  return { days, would_delete: wouldDelete, kept, freed_bytes, backups };
}
