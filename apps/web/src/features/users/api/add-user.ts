import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Permission, User } from '../../../lib/contract.js';

export interface NewUser {
  readonly username: string;
  readonly full_name: string;
  readonly roles: readonly string[];
  readonly grants: readonly Permission[];
}

export interface AddedUser {
  readonly user: User;
  /** Told once. */
  readonly password: string | null;
}

export function addUser(user: NewUser): Promise<AddedUser> {
  return request<AddedUser>('POST', 'users', { body: user });
}

export function useAddUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: addUser,
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
}
