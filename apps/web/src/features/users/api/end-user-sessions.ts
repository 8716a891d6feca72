import { useMutation } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

export function endUserSessions(userId: string): Promise<{ readonly ended_sessions: number }> {
  return request('DELETE', `users/${encodeURIComponent(userId)}/sessions`);
}

export function useEndUserSessions() {
  return useMutation({ mutationFn: endUserSessions });
}
