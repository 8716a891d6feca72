import { queryOptions, useQuery } from '@tanstack/react-query';
import { authMe } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { isApiError } from '../../../lib/api-error.js';
import type { Me } from '@satchel/api-client';
import { csrfToken } from '../../../lib/csrf-token.js';
import { SESSION_KEY } from '../../../lib/query-client.js';

/** @returns null if nobody is signed in in this browser */
export async function getSession(signal?: AbortSignal): Promise<Me | null> {
  // The session's cookies come and go together, and this is the one that a page can see.
  if (csrfToken() === null) return null;
  try {
    return await ask(authMe({ signal: signal ?? null }));
  } catch (error) {
    if (isApiError(error, 'auth_error')) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: ({ signal }) => getSession(signal),
  staleTime: 60_000,
});

export function useSession() {
  return useQuery(sessionQuery);
}

/** The signed-in person; only for what is shown to nobody else. */
export function useMe(): Me {
  const { data } = useSession();
  if (!data) throw new Error('useMe is for pages behind the sign-in');
  return data;
}
