import { cleanUpBackups } from '@satchel/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

/** Without `days` the server's own setting counts. */
export interface CleanupRequest {
  readonly days: number | null;
  readonly dryRun: boolean;
}

export function cleanup({ days, dryRun }: CleanupRequest) {
  return ask(cleanUpBackups({ body: { ...(days === null ? {} : { days }), dry_run: dryRun } }));
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
