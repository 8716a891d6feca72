import { useMutation, useQueryClient } from '@tanstack/react-query';
import { verifyBackup as postVerify } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import type { BackupKey } from '../../../lib/backup-key.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export interface VerifyRequest {
  readonly backupId: string;
  /** Of an encrypted one; without it the file is compared with its checksum only. */
  readonly key?: BackupKey;
}

export function verifyBackup({ backupId, key }: VerifyRequest): Promise<Job> {
  return ask(postVerify({ path: { backup_id: backupId }, ...(key === undefined ? {} : { body: key }) }));
}

/** Has stored backups read back, one job each. */
export function useVerifyBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: verifyBackup,
    // What was sent may have a key in it, and is not to outlive the page.
    gcTime: 0,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
