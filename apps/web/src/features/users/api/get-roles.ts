import { useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Role } from '../../../lib/contract.js';

export function getRoles(signal?: AbortSignal): Promise<readonly Role[]> {
  return request<readonly Role[]>('GET', 'roles', { signal });
}

export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: ({ signal }) => getRoles(signal) });
}
