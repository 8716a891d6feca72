import { useMutation, useQueryClient } from '@tanstack/react-query';
import { roleRemove } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export function removeRole(name: string): Promise<unknown> {
  return ask(roleRemove({ path: { name } }));
}

export function useRemoveRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: removeRole,
    onSuccess: () => client.invalidateQueries({ queryKey: ['roles'] }),
  });
}
