import type { NewUserBody } from '@satchel/api-client';
import { userCreate } from '@satchel/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';

/** The answer tells the first password, once. */
export function addUser(user: NewUserBody) {
  return ask(userCreate({ body: user }));
}

export function useAddUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: addUser,
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
}
