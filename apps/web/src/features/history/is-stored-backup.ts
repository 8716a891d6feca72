import type { JobSummary } from '@satchel/api-client';

/** Whether a record is of a backup whose file is there to be downloaded, verified, restored or deleted. */
export function isStoredBackup({ kind, state, deleted_at, file }: JobSummary): boolean {
  return kind === 'backup' && state === 'success' && deleted_at === null && file !== null;
}
