import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Job } from '../../../lib/contract.js';

export function cancelJob(jobId: string): Promise<Job> {
  return request<Job>('POST', `jobs/${encodeURIComponent(jobId)}/cancel`);
}

export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: cancelJob,
    onSettled: async (_job, _error, jobId) => {
      await client.invalidateQueries({ queryKey: ['job', jobId] });
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
