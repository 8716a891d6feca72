import { queryOptions, useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { SystemStatus } from '../../../lib/contract.js';

export function getSystemStatus(signal?: AbortSignal): Promise<SystemStatus> {
  return request<SystemStatus>('GET', 'system/status', { signal });
}

export const systemStatusQuery = queryOptions({
  queryKey: ['system', 'status'],
  queryFn: ({ signal }) => getSystemStatus(signal),
  refetchInterval: 15_000,
});

export function useSystemStatus() {
  return useQuery(systemStatusQuery);
}
