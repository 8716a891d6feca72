import { useMutation, useQueryClient } from '@tanstack/react-query';
import { verifyBackup as postVerify } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import type { BackupKey } from '../../../lib/backup-key.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

/** A backup, and what the person knows it by. */
export interface ToVerify {
  readonly backupId: string;
  readonly name: string;
  readonly encrypted: boolean;
}

export interface VerifyRequest {
  readonly backups: readonly ToVerify[];
  /** Of the encrypted ones; without it a file is compared with its checksum only, unless the server has a key. */
  readonly key?: BackupKey | undefined;
}

export interface VerifyAnswer {
  readonly started: readonly ToVerify[];
  readonly refused: readonly { readonly backup: ToVerify; readonly error: unknown }[];
}

export function verifyBackup(backupId: string, key?: BackupKey): Promise<Job> {
  return ask(postVerify({ path: { backup_id: backupId }, ...(key === undefined ? {} : { body: key }) }));
}

/** Has stored backups read back, one job each. What is refused of one says nothing of the others. */
export function useVerifyBackups() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ backups, key }: VerifyRequest): Promise<VerifyAnswer> => {
      const answers = await Promise.all(
        backups.map(async backup => {
          try {
            const job = await verifyBackup(backup.backupId, backup.encrypted ? key : undefined);
            watchedJobs.add(job.job_id);
            return { backup, error: null };
          } catch (error) {
            return { backup, error };
          }
        }),
      );
      return {
        started: answers.filter(({ error }) => error === null).map(({ backup }) => backup),
        refused: answers.filter(({ error }) => error !== null),
      };
    },
    // What was sent may have a key in it, and is not to outlive the page.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: ['jobs', 'active'] }),
  });
}
