import { useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Session } from '../../../lib/contract.js';

export function getSessions(signal?: AbortSignal): Promise<readonly Session[]> {
  return request<readonly Session[]>('GET', 'auth/sessions', { signal });
}

export function useSessions() {
  return useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => getSessions(signal) });
}
