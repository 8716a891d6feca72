import { listDrills, runDrill } from '@satchel/api-client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { addressOf, ask } from '../../../lib/api.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

/** A page of the drills, newest first. */
export function useDrills(page: number, pageSize: number) {
  return useQuery({
    // Begins with a word that the end of a job makes ask anew.
    queryKey: ['jobs', 'drills', page, pageSize],
    queryFn: ({ signal }) => ask(listDrills({ query: { page, page_size: pageSize }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

/** Restores the newest good backup of a type into a scratch database. */
export function useRunDrill() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (type: string) => ask(runDrill({ body: { backup_type: type } })),
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      await client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}

/** Where the browser finds the report of a drill, as a page to print. */
export function drillReportAddress(jobId: string): string {
  return addressOf(`drills/${encodeURIComponent(jobId)}/report`);
}
