import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

export interface Deletion {
  readonly backupId: string;
  /** Also if it is the newest good one of its type. */
  readonly force: boolean;
}

export function deleteBackup({ backupId, force }: Deletion): Promise<unknown> {
  return request('DELETE', `delete/${encodeURIComponent(backupId)}`, {
    query: { force: force ? true : undefined },
  });
}

export function useDeleteBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteBackup,
    onSuccess: async (_answer, { backupId }) => {
      await client.invalidateQueries({ queryKey: ['history'] });
      await client.invalidateQueries({ queryKey: ['job', backupId] });
      await client.invalidateQueries({ queryKey: ['system'] });
    },
  });
}
