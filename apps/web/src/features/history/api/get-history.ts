import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { listHistory } from '@satchel/api-client';
import { addressOf, ask } from '../../../lib/api.js';
import type { HistorySearch } from '../history-search.js';

function filterOf(search: HistorySearch) {
  const from = momentOf(search.from, 0);
  const to = momentOf(search.to, 1);
  return {
    ...(search.search === '' ? {} : { search: search.search }),
    ...(search.kinds.length === 0 ? {} : { kind: [...search.kinds] }),
    ...(search.states.length === 0 ? {} : { status: [...search.states] }),
    ...(search.type === '' ? {} : { type: search.type }),
    ...(search.verified === '' ? {} : { verified: search.verified === 'yes' ? TRUE : FALSE }),
    ...(search.includeDeleted ? { include_deleted: TRUE } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

const TRUE = 'true' as const;
const FALSE = 'false' as const;

/** Where a day of the person's begins, or ends, as a moment of the world. */
function momentOf(day: string, daysLater: number): string | undefined {
  if (day === '') return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  // The last moment of a day is one before the next day's first.
  return new Date(new Date(year, month - 1, date + daysLater).getTime() - daysLater).toISOString();
}

export function getHistory(search: HistorySearch, signal?: AbortSignal) {
  const { sort, order, page, pageSize } = search;
  return ask(
    listHistory({
      query: { ...filterOf(search), sort, order, page, page_size: pageSize },
      signal: signal ?? null,
    }),
  );
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
