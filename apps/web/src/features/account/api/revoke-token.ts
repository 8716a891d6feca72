import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

export function revokeToken(tokenId: string): Promise<unknown> {
  return request('DELETE', `auth/tokens/${encodeURIComponent(tokenId)}`);
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: revokeToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
