import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cancelJob as postCancel } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';

export function cancelJob(jobId: string): Promise<Job> {
  return ask(postCancel({ path: { job_id: jobId } }));
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
