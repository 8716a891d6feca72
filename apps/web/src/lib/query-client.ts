import { QueryCache, MutationCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from './api-error.js';

/** The signed-in person's key in the cache; null there means signed out. */
export const SESSION_KEY = ['session'] as const;

/** Makes the cache of answers. An ended session empties it, so that nobody reads what the one before has seen. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (!isApiError(error, 'auth_error')) return;
    if (client.getQueryData(SESSION_KEY) !== null) client.setQueryData(SESSION_KEY, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < 2 && isApiError(error, 'unavailable', 'offline'),
        retryDelay: attempt => Math.min(500 * 2 ** attempt, 4_000),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
