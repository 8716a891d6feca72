import { useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { ApiToken } from '../../../lib/contract.js';

export function getTokens(signal?: AbortSignal): Promise<readonly ApiToken[]> {
  return request<readonly ApiToken[]>('GET', 'auth/tokens', { signal });
}

export function useTokens() {
  return useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => getTokens(signal) });
}
