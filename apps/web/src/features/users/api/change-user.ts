import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Permission, User } from '../../../lib/contract.js';
import { SESSION_KEY } from '../../../lib/query-client.js';

export interface UserChange {
  readonly userId: string;
  readonly change: {
    readonly full_name?: string;
    readonly active?: boolean;
    readonly roles?: readonly string[];
    readonly grants?: readonly Permission[];
  };
}

export function changeUser({ userId, change }: UserChange): Promise<User> {
  return request<User>('PATCH', `users/${encodeURIComponent(userId)}`, { body: change });
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
