import { queryOptions, useQuery } from '@tanstack/react-query';
import { getJobStatus } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { isApiError } from '../../../lib/api-error.js';
import type { Job } from '@satchel/api-client';
import { hasEnded } from '../has-ended.js';

/** How often a running job is asked after; its record is written about twice a second. */
const POLL_MS = 1_000;

export function getJob(jobId: string, signal?: AbortSignal): Promise<Job> {
  return ask(getJobStatus({ path: { job_id: jobId }, signal: signal ?? null }));
}

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: ['job', jobId],
    queryFn: ({ signal }) => getJob(jobId, signal),
    refetchInterval: ({ state: { data } }) => (data !== undefined && hasEnded(data) ? false : POLL_MS),
    // A job goes on while the network is away, and so does the asking until it is back.
    retry: (count, error) => isApiError(error, 'offline', 'unavailable') && count < 60,
    retryDelay: 1_500,
    staleTime: 0,
  });
}

export function useJob(jobId: string) {
  return useQuery(jobQuery(jobId));
}
