import { beforeEach, expect, it } from 'vitest';
import type { CatalogDatabase } from './catalog-database.js';
import { LastChange } from './last-change.js';

/** Questions that are on their way, to be answered by the test. */
let asked: { readonly answer: (change: string) => void; readonly fail: (error: Error) => void }[];
let lastChange: LastChange;

beforeEach(() => {
  asked = [];
  const query = () =>
    new Promise((resolve, reject) => {
      asked.push({ answer: change => resolve({ rows: [{ change }] }), fail: reject });
    });
  lastChange = new LastChange({ query } as unknown as CatalogDatabase);
});

it('shares the next question among all who come while one is on its way, and never that one', async () => {
  const first = lastChange.now();
  const later = [lastChange.now(), lastChange.now()];
  expect(asked).toHaveLength(1);
  asked[0]?.answer('7');
  expect(await first).toBe('7');
  await new Promise(resolve => setImmediate(resolve));
  expect(asked).toHaveLength(2);
  // It has gone out already: this one comes too late for it.
  const latest = lastChange.now();
  asked[1]?.answer('8');
  expect(await Promise.all(later)).toEqual(['8', '8']);
  await new Promise(resolve => setImmediate(resolve));
  asked[2]?.answer('9');
  expect(await latest).toBe('9');
  expect(asked).toHaveLength(3);
});

it('tells those alone of a failure whose question it was', async () => {
  const first = lastChange.now();
  const second = lastChange.now();
  asked[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await new Promise(resolve => setImmediate(resolve));
  asked[1]?.answer('7');
  expect(await second).toBe('7');
});
