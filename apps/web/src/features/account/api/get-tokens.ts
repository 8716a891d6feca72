import { useQuery } from '@tanstack/react-query';
import { tokenList } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { ApiToken } from '@satchel/api-client';

export function getTokens(signal?: AbortSignal): Promise<readonly ApiToken[]> {
  return ask(tokenList({ signal: signal ?? null }));
}

export function useTokens() {
  return useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => getTokens(signal) });
}
