import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Permission, Role } from '../../../lib/contract.js';
import { SESSION_KEY } from '../../../lib/query-client.js';

export interface RoleToSave {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  readonly isNew: boolean;
}

export function saveRole({ name, title, permissions, isNew }: RoleToSave): Promise<Role> {
  return isNew
    ? request<Role>('POST', 'roles', { body: { name, title, permissions } })
    : request<Role>('PATCH', `roles/${encodeURIComponent(name)}`, { body: { title, permissions } });
}

export function useSaveRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: saveRole,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['roles'] });
      await client.invalidateQueries({ queryKey: ['users'] });
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
}
