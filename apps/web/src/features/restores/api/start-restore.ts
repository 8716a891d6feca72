import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Job } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';
import type { RestoreOptions } from '../restore-options.js';
import type { RestoreSource } from '../wizard-state.js';

export interface AgreedRestore {
  readonly source: RestoreSource;
  readonly uploadId: string | null;
  readonly options: RestoreOptions;
  /** The plan that was shown: another one is not carried out. */
  readonly planDigest: string;
}

export function startRestore({ source, uploadId, options, planDigest }: AgreedRestore): Promise<Job> {
  const body = {
    restore_mode: options.mode,
    duplicate_strategy: options.duplicateStrategy,
    allow_missing: options.allowMissing,
    restricted: options.restricted,
    agreed_plan: planDigest,
  };
  return source.from === 'backup'
    ? request<Job>('POST', `restore/history/${encodeURIComponent(source.backupId)}`, { body })
    : request<Job>('POST', 'restore/upload', { body: { ...body, upload_id: uploadId } });
}

export function useStartRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: startRestore,
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      client.setQueryData(['job', job.job_id], job);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
