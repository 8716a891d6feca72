import { useMutation } from '@tanstack/react-query';
import { userEndSessions } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export function endUserSessions(userId: string): Promise<{ readonly ended_sessions: number }> {
  return ask(userEndSessions({ path: { id: userId } }));
}

export function useEndUserSessions() {
  return useMutation({ mutationFn: endUserSessions });
}
