import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { listSchedules, previewSchedule } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { useCan } from '../../../lib/permission.js';

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => ask(listSchedules({ signal })),
  refetchInterval: 30_000,
});

/** All schedules, and the time zone of the installation. */
export function useSchedules() {
  return useQuery(schedulesQuery);
}

/** The destinations that can be chosen from, the primary first; none as long as they are not known. */
export function useDestinationNames(): readonly string[] {
  const can = useCan();
  const { data } = useQuery({
    ...schedulesQuery,
    refetchInterval: false,
    enabled: can('backup.view_backupjob'),
    select: ({ destinations }) => destinations,
  });
  return data ?? NO_NAMES;
}

const NO_NAMES: readonly string[] = [];

/** What a timetable means. What is wrong with it is the error; the times before stay until there are others. */
export function usePreview(cron: string, timeZone: string) {
  return useQuery({
    queryKey: ['schedule preview', cron, timeZone],
    queryFn: ({ signal }) =>
      ask(previewSchedule({ query: { cron, ...(timeZone === '' ? {} : { time_zone: timeZone }) }, signal })),
    placeholderData: keepPreviousData,
    enabled: cron !== '',
  });
}
