import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createBackup as postBackup } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import type { Compression } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export interface NewBackup {
  readonly backup_type: string;
  readonly backup_name?: string;
  readonly compression: Compression;
  /** Left out: in all destinations. */
  readonly destinations?: string[];
}

export function createBackup(backup: NewBackup): Promise<Job> {
  return ask(postBackup({ body: backup }));
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
