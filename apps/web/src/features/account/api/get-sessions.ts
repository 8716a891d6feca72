import { useQuery } from '@tanstack/react-query';
import { sessionList } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Session } from '@satchel/api-client';

export function getSessions(signal?: AbortSignal): Promise<readonly Session[]> {
  return ask(sessionList({ signal: signal ?? null }));
}

export function useSessions() {
  return useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => getSessions(signal) });
}
