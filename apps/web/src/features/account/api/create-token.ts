import type { CreatedApiToken, TokenBody } from '@satchel/api-client';
import { tokenCreate } from '@satchel/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';

/** The answer tells the token's text, once. */
export function createToken(token: TokenBody): Promise<CreatedApiToken> {
  return ask(tokenCreate({ body: token }));
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
