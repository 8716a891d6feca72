import { getBackup as fetchBackup } from '@satchel/api-client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';

export function backupQuery(backupId: string) {
  return queryOptions({
    // Begins with a word that the end of a job makes ask anew.
    queryKey: ['backup', backupId],
    queryFn: ({ signal }) => ask(fetchBackup({ path: { backup_id: backupId }, signal })),
    staleTime: 15_000,
  });
}

/** What is known of a stored backup: how it is encrypted, and its copies. */
export function useBackupDetails(backupId: string) {
  return useQuery(backupQuery(backupId));
}
