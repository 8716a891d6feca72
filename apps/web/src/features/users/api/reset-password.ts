import { useMutation } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

export function resetPassword(userId: string): Promise<{ readonly password: string }> {
  return request('POST', `users/${encodeURIComponent(userId)}/reset-password`);
}

export function useResetPassword() {
  return useMutation({ mutationFn: resetPassword });
}
