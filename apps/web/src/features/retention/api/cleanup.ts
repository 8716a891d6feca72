import { cleanUpBackups } from '@satchel/api-client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

/**
 * What a clean-up would do now. Every stored backup is looked at, so that it is asked for when it is wanted only.
 *
 * @param days how long a backup is kept; null for the server's own setting
 */
export function useCleanupPlan(days: number | null) {
  return useQuery({
    // Begins with a word that the end of a job makes ask anew.
    queryKey: ['backup', 'cleanup plan', days],
    queryFn: async ({ signal }) => {
      const body = { ...(days === null ? {} : { days }), dry_run: true };
      return (await ask(cleanUpBackups({ body, signal }))).plan;
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** Carries out the plan for so many days. What has been pinned meanwhile stays all the same. */
export function useRunCleanup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: number) => ask(cleanUpBackups({ body: { days, dry_run: false } })),
    onSuccess: async ({ job }) => {
      if (job === null) return;
      watchedJobs.add(job.job_id);
      await client.invalidateQueries({ queryKey: ['jobs', 'active'] });
    },
  });
}
