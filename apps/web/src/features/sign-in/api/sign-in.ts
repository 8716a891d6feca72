import { useMutation, useQueryClient } from '@tanstack/react-query';
import { authLogin } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { SESSION_KEY } from '../../../lib/query-client.js';
import { getSession } from './get-session.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export function signIn(credentials: Credentials): Promise<unknown> {
  return ask(authLogin({ body: { ...credentials, cookies: true } }));
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      await signIn(credentials);
      return await getSession();
    },
    onSuccess: me => {
      // What the one before has seen is none of this one's business.
      client.clear();
      client.setQueryData(SESSION_KEY, me);
    },
  });
}
