import { useMutation, useQueryClient } from '@tanstack/react-query';
import { userChange as patchUser } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { User, UserChangeBody } from '@satchel/api-client';
import { SESSION_KEY } from '../../../lib/query-client.js';

export interface UserChange {
  readonly userId: string;
  readonly change: UserChangeBody;
}

export function changeUser({ userId, change }: UserChange): Promise<User> {
  return ask(patchUser({ path: { id: userId }, body: change }));
}

export function useChangeUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeUser,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['users'] });
      // It may have been one's own.
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
}
