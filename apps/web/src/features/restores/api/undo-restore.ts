import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Job } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export function undoRestore(restoreId: string): Promise<Job> {
  return request<Job>('POST', `restore/undo/${encodeURIComponent(restoreId)}`, { body: {} });
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
