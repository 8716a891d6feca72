import { useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteBackup as remove } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export interface Deletion {
  readonly backupId: string;
  /** Also if it is the newest good one of its type. */
  readonly force: boolean;
}

export function deleteBackup({ backupId, force }: Deletion): Promise<unknown> {
  return ask(remove({ path: { backup_id: backupId }, query: force ? { force: 'true' } : {} }));
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
