import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { addressOf, request } from '../../../lib/api.js';
import type { QueryValue } from '../../../lib/api.js';
import type { JobSummary, Page } from '../../../lib/contract.js';
import type { HistorySearch } from '../history-search.js';

type Query = Readonly<Record<string, QueryValue>>;

function filterOf(search: HistorySearch): Query {
  return {
    search: search.search,
    kind: search.kinds,
    status: search.states,
    type: search.type,
    verified: search.verified === '' ? undefined : search.verified === 'yes',
    include_deleted: search.includeDeleted ? true : undefined,
    from: momentOf(search.from, 0),
    to: momentOf(search.to, 1),
  };
}

/** Where a day of the person's begins, or ends, as a moment of the world. */
function momentOf(day: string, daysLater: number): string | undefined {
  if (day === '') return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  // The last moment of a day is one before the next day's first.
  return new Date(new Date(year, month - 1, date + daysLater).getTime() - daysLater).toISOString();
}

export function getHistory(search: HistorySearch, signal?: AbortSignal): Promise<Page<JobSummary>> {
  return request<Page<JobSummary>>('GET', 'history', {
    query: {
      ...filterOf(search),
      sort: search.sort,
      order: search.order,
      page: search.page,
      page_size: search.pageSize,
    },
    signal,
  });
}

export function historyQuery(search: HistorySearch) {
  return queryOptions({
    queryKey: ['history', search],
    queryFn: ({ signal }) => getHistory(search, signal),
    placeholderData: keepPreviousData,
  });
}

/** One page of the history; the page before stays until the next one is there. */
export function useHistory(search: HistorySearch) {
  return useQuery(historyQuery(search));
}

/** Where the browser fetches all that match, as a table for spreadsheets. */
export function historyExportAddress(search: HistorySearch): string {
  return addressOf('export/history', filterOf(search));
}
