import { useMutation, useQueryClient } from '@tanstack/react-query';
import { authLogout } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { SESSION_KEY } from '../../../lib/query-client.js';

export function signOut(): Promise<unknown> {
  return ask(authLogout());
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.setQueryData(SESSION_KEY, null);
      client.removeQueries({ predicate: query => query.queryKey[0] !== SESSION_KEY[0] });
    },
  });
}
