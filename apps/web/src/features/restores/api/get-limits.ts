import { queryOptions, useQuery } from '@tanstack/react-query';
import { getSystemLimits } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

const limitsQuery = queryOptions({
  queryKey: ['system', 'limits'],
  queryFn: ({ signal }) => ask(getSystemLimits({ signal })),
  // A setting of the server: it changes when that is started anew.
  staleTime: Infinity,
});

/** The largest file that the server takes, in bytes; null as long as that is not known. It has the last word in any case. */
export function useMaxFileBytes(): number | null {
  return useQuery(limitsQuery).data?.max_backup_file_bytes ?? null;
}
