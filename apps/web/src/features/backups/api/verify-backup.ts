import { useMutation, useQueryClient } from '@tanstack/react-query';
import { verifyBackup as postVerify } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export function verifyBackup(backupId: string): Promise<Job> {
  return ask(postVerify({ path: { backup_id: backupId } }));
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
