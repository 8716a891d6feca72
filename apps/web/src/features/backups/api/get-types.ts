import { queryOptions, useQuery } from '@tanstack/react-query';
import { listBackupTypes } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { BackupType } from '@satchel/api-client';

export async function getTypes(signal?: AbortSignal): Promise<readonly BackupType[]> {
  const { items } = await ask(listBackupTypes({ signal: signal ?? null }));
  return items;
}

export const typesQuery = queryOptions({
  queryKey: ['types'],
  queryFn: ({ signal }) => getTypes(signal),
  refetchInterval: 30_000,
});

/** The backup types, and what each would hold at this moment. */
export function useTypes() {
  return useQuery(typesQuery);
}
