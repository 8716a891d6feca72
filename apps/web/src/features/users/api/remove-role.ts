import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

export function removeRole(name: string): Promise<unknown> {
  return request('DELETE', `roles/${encodeURIComponent(name)}`);
}

export function useRemoveRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: removeRole,
    onSuccess: () => client.invalidateQueries({ queryKey: ['roles'] }),
  });
}
