import type { JobRecord } from '@satchel/domain';
import { beforeEach, expect, it } from 'vitest';
import { KeptPages, type ReadJobs } from './kept-pages.js';

let pages: KeptPages;

beforeEach(() => {
  pages = new KeptPages(10);
});

function page(change: string | null, jobs = 1, job: Partial<JobRecord> = {}): ReadJobs {
  const items = Array.from(
    { length: jobs },
    () => ({ state: 'success', progress: null, ...job }) as JobRecord,
  );
  return { found: { total: 100, items }, change };
}

it('hands out a page for as long as nothing has changed', () => {
  const kept = page('7');
  pages.keep('first', kept);
  expect(pages.take('first', '7')).toBe(kept.found);
  expect(pages.take('another', '7')).toBeUndefined();
  expect(pages.take('first', '8')).toBeUndefined();
  // And not again, should the number be the former one: that is another table, restored from a backup.
  expect(pages.has('first')).toBe(false);
});

it.each<[string, ReadJobs]>([
  ['whose total is of another change than its jobs', page(null)],
  ['with a running job, whose progress counts as no change', page('7', 1, { state: 'running' })],
  [
    'with a job whose progress is still to be cleared',
    page('7', 1, { progress: {} as JobRecord['progress'] }),
  ],
])('does not keep a page %s, nor what it was before', (_what, read) => {
  pages.keep('first', page('6'));
  pages.keep('first', read);
  expect(pages.has('first')).toBe(false);
});

it('forgets what was not asked for longest, and counts empty pages too', () => {
  pages.keep('first', page('7', 4));
  pages.keep('second', page('7', 3));
  pages.take('first', '7');
  pages.keep('none', page('7', 0));
  expect(['first', 'second', 'none'].filter(question => pages.has(question))).toEqual([
    'first',
    'second',
    'none',
  ]);
  pages.keep('none 2', page('7', 0));
  expect(['first', 'second', 'none', 'none 2'].filter(question => pages.has(question))).toEqual([
    'first',
    'none',
    'none 2',
  ]);
});
