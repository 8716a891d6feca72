import { useQuery } from '@tanstack/react-query';
import { roleList } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Role } from '@satchel/api-client';

export function getRoles(signal?: AbortSignal): Promise<readonly Role[]> {
  return ask(roleList({ signal: signal ?? null }));
}

export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: ({ signal }) => getRoles(signal) });
}
