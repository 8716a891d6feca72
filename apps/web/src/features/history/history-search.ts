import type { JobKind, JobState } from '../../lib/contract.js';
import { JOB_KINDS, JOB_STATES } from '../../lib/contract.js';
import { pageSizeOf } from '../../lib/page-sizes.js';

export const SORTS = ['created', 'finished', 'size', 'rows', 'duration', 'name', 'type', 'state'] as const;
export type HistorySort = (typeof SORTS)[number];

/** What the history's address says: it can be sent to somebody, and the back button undoes each step. */
export interface HistorySearch {
  readonly search: string;
  readonly kinds: readonly JobKind[];
  readonly states: readonly JobState[];
  readonly type: string;
  readonly verified: 'yes' | 'no' | '';
  readonly includeDeleted: boolean;
  /** `YYYY-MM-DD` in the person's own time zone, the days included. */
  readonly from: string;
  readonly to: string;
  readonly sort: HistorySort;
  readonly order: 'asc' | 'desc';
  readonly page: number;
  readonly pageSize: number;
}

export const NO_SEARCH: HistorySearch = {
  search: '',
  kinds: [],
  states: [],
  type: '',
  verified: '',
  includeDeleted: false,
  from: '',
  to: '',
  sort: 'created',
  order: 'desc',
  page: 1,
  pageSize: 25,
};

/** Reads an address; what it does not know, or what makes no sense, counts as not said. */
export function readHistorySearch(address: URLSearchParams): HistorySearch {
  const page = Number(address.get('page'));
  return {
    search: (address.get('q') ?? '').slice(0, 200),
    kinds: knownOf(JOB_KINDS, address.get('kind')),
    states: knownOf(JOB_STATES, address.get('state')),
    type: address.get('type') ?? '',
    verified: oneOf(['yes', 'no'] as const, address.get('verified')) ?? '',
    includeDeleted: address.get('deleted') === 'yes',
    from: dayOf(address.get('from')),
    to: dayOf(address.get('to')),
    sort: oneOf(SORTS, address.get('sort')) ?? NO_SEARCH.sort,
    order: oneOf(['asc', 'desc'] as const, address.get('order')) ?? NO_SEARCH.order,
    page: Number.isInteger(page) && page >= 1 ? page : NO_SEARCH.page,
    pageSize: pageSizeOf(address),
  };
}

/** Writes an address, as short as can be: what is as usual is not said. */
export function writeHistorySearch(search: HistorySearch): URLSearchParams {
  const address = new URLSearchParams();
  const say = (name: string, value: string, usual: string) => {
    if (value !== usual) address.set(name, value);
  };
  say('q', search.search, '');
  say('kind', search.kinds.join(','), '');
  say('state', search.states.join(','), '');
  say('type', search.type, '');
  say('verified', search.verified, '');
  say('deleted', search.includeDeleted ? 'yes' : '', '');
  say('from', search.from, '');
  say('to', search.to, '');
  say('sort', search.sort, NO_SEARCH.sort);
  say('order', search.order, NO_SEARCH.order);
  say('page', String(search.page), String(NO_SEARCH.page));
  say('size', String(search.pageSize), String(NO_SEARCH.pageSize));
  return address;
}

/** Another filter shows another list: it begins at its first page. */
export function changeHistorySearch(search: HistorySearch, change: Partial<HistorySearch>): HistorySearch {
  return { ...search, page: 1, ...change };
}

/** Sorting by what it is sorted by turns the order around; numbers and dates begin with the largest. */
export function sortHistoryBy(search: HistorySearch, sort: HistorySort): HistorySearch {
  const textual = sort === 'name' || sort === 'type' || sort === 'state';
  const first = textual ? 'asc' : 'desc';
  const order = search.sort !== sort ? first : search.order === 'asc' ? 'desc' : 'asc';
  return changeHistorySearch(search, { sort, order });
}

/** Whether anything is left out. */
export function isFiltered(search: HistorySearch): boolean {
  const { search: words, kinds, states, type, verified, from, to } = search;
  return [words, type, verified, from, to].some(text => text !== '') || kinds.length > 0 || states.length > 0;
}

function knownOf<T extends string>(known: readonly T[], text: string | null): readonly T[] {
  const said = new Set((text ?? '').split(','));
  return known.filter(one => said.has(one));
}

function oneOf<T extends string>(known: readonly T[], text: string | null): T | undefined {
  return known.find(one => one === text);
}

function dayOf(text: string | null): string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}
