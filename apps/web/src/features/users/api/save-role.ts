import { useMutation, useQueryClient } from '@tanstack/react-query';
import { roleChange, roleCreate } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { Permission, Role } from '@satchel/api-client';
import { SESSION_KEY } from '../../../lib/query-client.js';

export interface RoleToSave {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  readonly isNew: boolean;
}

export function saveRole({ name, title, permissions, isNew }: RoleToSave): Promise<Role> {
  return isNew
    ? ask(roleCreate({ body: { name, title, permissions: [...permissions] } }))
    : ask(roleChange({ path: { name }, body: { title, permissions: [...permissions] } }));
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
