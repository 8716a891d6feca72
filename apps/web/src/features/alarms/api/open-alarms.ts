import { listAlarms } from '@satchel/api-client';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';
import { useCan } from '../../../lib/permission.js';

/** How many alarms are open; 0 also as long as that is not known, or for whom it is not to be known. */
export function useOpenAlarms(): number {
  const enabled = useCan()('backup.view_backupjob');
  const { data } = useQuery({
    queryKey: ['alarms', 'open count'],
    queryFn: async ({ signal }) =>
      (await ask(listAlarms({ query: { state: 'open', page: 1, page_size: 1 }, signal }))).total,
    refetchInterval: 30_000,
    enabled,
  });
  return data ?? 0;
}
