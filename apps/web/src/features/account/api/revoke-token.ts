import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tokenRevoke } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export function revokeToken(tokenId: string): Promise<unknown> {
  return ask(tokenRevoke({ path: { id: tokenId } }));
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: revokeToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
