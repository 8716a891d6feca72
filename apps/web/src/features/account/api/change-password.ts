import { useMutation, useQueryClient } from '@tanstack/react-query';
import { authPassword } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { SESSION_KEY } from '../../../lib/query-client.js';

export interface PasswordChange {
  readonly old_password: string;
  readonly password: string;
}

export function changePassword(change: PasswordChange): Promise<{ readonly ended_sessions: number }> {
  return ask(authPassword({ body: change }));
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: SESSION_KEY });
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
}
