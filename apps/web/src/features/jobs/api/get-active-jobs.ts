import { queryOptions, useQuery } from '@tanstack/react-query';
import { listActiveJobs } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { JobSummary } from '@satchel/api-client';

export async function getActiveJobs(signal?: AbortSignal): Promise<readonly JobSummary[]> {
  const { items } = await ask(listActiveJobs({ signal: signal ?? null }));
  return items;
}

export const activeJobsQuery = queryOptions({
  queryKey: ['jobs', 'active'],
  queryFn: ({ signal }) => getActiveJobs(signal),
  // Quick while something runs, and slow enough to cost nothing while nothing does.
  refetchInterval: ({ state: { data } }) => (data !== undefined && data.length > 0 ? 1_500 : 10_000),
  staleTime: 1_000,
});

/** The jobs that wait or run, whoever asked for them. */
export function useActiveJobs() {
  return useQuery(activeJobsQuery);
}
