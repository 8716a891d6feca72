import { useMutation, useQueryClient } from '@tanstack/react-query';
import { restoreBackup, restoreUpload } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Job } from '@satchel/api-client';
import type { BackupKey } from '../../../lib/backup-key.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';
import type { RestoreOptions } from '../restore-options.js';
import type { RestoreSource } from '../wizard-state.js';

export interface AgreedRestore {
  readonly source: RestoreSource;
  readonly uploadId: string | null;
  readonly options: RestoreOptions;
  /** Of an encrypted backup. */
  readonly key: BackupKey | null;
  /** The plan that was shown: another one is not carried out. */
  readonly planDigest: string;
}

export function startRestore({ source, uploadId, options, key, planDigest }: AgreedRestore): Promise<Job> {
  const body = {
    restore_mode: options.mode,
    duplicate_strategy: options.duplicateStrategy,
    allow_missing: options.allowMissing,
    restricted: [...options.restricted],
    agreed_plan: planDigest,
    ...key,
  };
  return source.from === 'backup'
    ? ask(restoreBackup({ path: { backup_id: source.backupId }, body }))
    : ask(restoreUpload({ body: { ...body, ...(uploadId === null ? {} : { upload_id: uploadId }) } }));
}

export function useStartRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: startRestore,
    // What was sent may have a key in it, and is not to outlive the page.
    gcTime: 0,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      client.setQueryData(['job', job.job_id], job);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
