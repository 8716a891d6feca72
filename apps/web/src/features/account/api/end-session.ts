import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sessionEnd, sessionEndOthers } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

/** @param sessionId null for all but the one that asks */
export function endSession(sessionId: string | null): Promise<{ readonly ended_sessions: number }> {
  return ask(sessionId === null ? sessionEndOthers() : sessionEnd({ path: { id: sessionId } }));
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}
