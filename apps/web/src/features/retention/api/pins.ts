import { listPins, pinBackup, unpinBackup } from '@satchel/api-client';
import type { Pin } from '@satchel/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';

const PINS_KEY = ['pins'] as const;

export async function getPins(signal?: AbortSignal): Promise<ReadonlyMap<string, Pin>> {
  const { items } = await ask(listPins({ signal: signal ?? null }));
  return new Map(items.map(pin => [pin.backup_id, pin]));
}

/** The pins by their backup. There are few, so that one request serves every list. */
export function usePins() {
  return useQuery({ queryKey: PINS_KEY, queryFn: ({ signal }) => getPins(signal), staleTime: 15_000 });
}

export function usePin(backupId: string): Pin | null {
  return usePins().data?.get(backupId) ?? null;
}

export function usePinBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ backupId, reason }: { backupId: string; reason: string }) =>
      ask(pinBackup({ path: { backup_id: backupId }, body: { reason } })),
    onSuccess: () => client.invalidateQueries({ queryKey: PINS_KEY }),
  });
}

export function useUnpinBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (backupId: string) => ask(unpinBackup({ path: { backup_id: backupId } })),
    onSettled: () => client.invalidateQueries({ queryKey: PINS_KEY }),
  });
}
