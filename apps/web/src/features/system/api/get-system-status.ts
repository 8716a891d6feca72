import { queryOptions, useQuery } from '@tanstack/react-query';
import { getSystemStatus as fetchStatus } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { SystemStatus } from '@satchel/api-client';

export function getSystemStatus(signal?: AbortSignal): Promise<SystemStatus> {
  return ask(fetchStatus({ signal: signal ?? null }));
}

export const systemStatusQuery = queryOptions({
  queryKey: ['system', 'status'],
  queryFn: ({ signal }) => getSystemStatus(signal),
  refetchInterval: 15_000,
});

export function useSystemStatus() {
  return useQuery(systemStatusQuery);
}
