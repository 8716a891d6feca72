import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { ApiToken, Permission } from '../../../lib/contract.js';

export interface NewToken {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expires_at: string;
}

export interface CreatedToken extends ApiToken {
  /** Told once. */
  readonly token: string;
}

export function createToken(token: NewToken): Promise<CreatedToken> {
  return request<CreatedToken>('POST', 'auth/tokens', { body: token });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
