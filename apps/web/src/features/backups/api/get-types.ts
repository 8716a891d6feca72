import { queryOptions, useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { BackupType } from '../../../lib/contract.js';

export async function getTypes(signal?: AbortSignal): Promise<readonly BackupType[]> {
  const { items } = await request<{ items: readonly BackupType[] }>('GET', 'types', { signal });
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
