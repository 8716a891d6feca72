import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';

/** @param sessionId null for all but the one that asks */
export function endSession(sessionId: string | null): Promise<{ readonly ended_sessions: number }> {
  return request(
    'DELETE',
    sessionId === null ? 'auth/sessions' : `auth/sessions/${encodeURIComponent(sessionId)}`,
  );
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}
