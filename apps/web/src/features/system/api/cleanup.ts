import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Job } from '../../../lib/contract.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export interface CleanupAnswer {
  readonly plan: {
    readonly days: number;
    readonly would_delete: number;
    readonly kept: number;
    readonly freed_bytes: number;
    readonly backups: readonly {
      readonly backup_id: string;
      readonly backup_type: string;
      readonly file: string;
      readonly finished_at: string;
      readonly size_bytes: number;
      readonly outcome: string;
      readonly reasons: readonly string[];
    }[];
  } | null;
  readonly job: Job | null;
}

/** Without `days` the server's own setting counts. */
export interface CleanupRequest {
  readonly days: number | null;
  readonly dryRun: boolean;
}

export function cleanup({ days, dryRun }: CleanupRequest): Promise<CleanupAnswer> {
  return request<CleanupAnswer>('POST', 'cleanup', {
    body: { ...(days === null ? {} : { days }), dry_run: dryRun },
  });
}

export function useCleanup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: cleanup,
    onSuccess: async ({ job }) => {
      if (job === null) return;
      watchedJobs.add(job.job_id);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
