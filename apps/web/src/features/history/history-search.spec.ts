import { describe, expect, it } from 'vitest';
import {
  changeHistorySearch,
  isFiltered,
  NO_SEARCH,
  readHistorySearch,
  sortHistoryBy,
  writeHistorySearch,
} from './history-search.js';
import type { HistorySearch } from './history-search.js';

const everything: HistorySearch = {
  search: 'month end',
  kinds: ['backup', 'restore'],
  states: ['failed'],
  type: 'financial',
  verified: 'no',
  includeDeleted: true,
  from: '2026-02-01',
  to: '2026-02-28',
  sort: 'size',
  order: 'asc',
  page: 3,
  pageSize: 100,
};

describe('the history’s address', () => {
  it('says all there is to say, and is read as it was written', () => {
    const address = writeHistorySearch(everything);
    expect(readHistorySearch(new URLSearchParams(address.toString()))).toEqual(everything);
  });

  it('is empty where nothing is asked for', () => {
    expect(writeHistorySearch(NO_SEARCH).toString()).toBe('');
    expect(readHistorySearch(new URLSearchParams())).toEqual(NO_SEARCH);
  });

  it('counts nonsense as not said', () => {
    const nonsense =
      'kind=bomb,backup&state=odd&sort=color&order=up&page=-2&size=7&from=yesterday&verified=maybe';
    expect(readHistorySearch(new URLSearchParams(nonsense))).toEqual({ ...NO_SEARCH, kinds: ['backup'] });
  });

  it('begins at the first page of another list', () => {
    expect(changeHistorySearch(everything, { type: 'full' }).page).toBe(1);
    expect(changeHistorySearch(everything, { page: 4 }).page).toBe(4);
  });

  it('turns the order around, and begins with the largest or with A', () => {
    expect(sortHistoryBy(NO_SEARCH, 'size')).toMatchObject({ sort: 'size', order: 'desc', page: 1 });
    expect(sortHistoryBy(sortHistoryBy(NO_SEARCH, 'size'), 'size')).toMatchObject({ order: 'asc' });
    expect(sortHistoryBy(NO_SEARCH, 'name')).toMatchObject({ sort: 'name', order: 'asc' });
  });

  it('knows whether anything is left out', () => {
    expect(isFiltered(NO_SEARCH)).toBe(false);
    expect(isFiltered({ ...NO_SEARCH, sort: 'size', page: 2 })).toBe(false);
    expect(isFiltered({ ...NO_SEARCH, states: ['failed'] })).toBe(true);
  });
});
