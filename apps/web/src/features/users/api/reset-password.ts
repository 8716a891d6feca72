import { useMutation } from '@tanstack/react-query';
import { userResetPassword } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export function resetPassword(userId: string): Promise<{ readonly password: string }> {
  return ask(userResetPassword({ path: { id: userId } }));
}

export function useResetPassword() {
  return useMutation({ mutationFn: resetPassword });
}
