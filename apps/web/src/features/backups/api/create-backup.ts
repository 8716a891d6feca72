import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Compression, Job } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export interface NewBackup {
  readonly backup_type: string;
  readonly backup_name?: string;
  readonly compression: Compression;
}

export function createBackup(backup: NewBackup): Promise<Job> {
  return request<Job>('POST', 'create', { body: backup });
}

export function useCreateBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createBackup,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      client.setQueryData(['job', job.job_id], job);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
