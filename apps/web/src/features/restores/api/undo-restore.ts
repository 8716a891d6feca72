import { useMutation, useQueryClient } from '@tanstack/react-query';
import { undoRestore as postUndo } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export function undoRestore(restoreId: string): Promise<Job> {
  return ask(postUndo({ path: { restore_id: restoreId }, body: {} }));
}

export function useUndoRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: undoRestore,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      client.setQueryData(['job', job.job_id], job);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
