import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Job } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export function verifyBackup(backupId: string): Promise<Job> {
  return request<Job>('POST', `verify/${encodeURIComponent(backupId)}`);
}

/** Has stored backups read back, one job each. */
export function useVerifyBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: verifyBackup,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
