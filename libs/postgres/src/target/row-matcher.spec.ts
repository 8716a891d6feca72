import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowBatch } from '@satchel/domain';
import { RowMatcher, type RowMatcherOptions } from './row-matcher.js';

/** Rows from a small alphabet, so that equal ones are frequent; some long, some not ASCII. */
const row = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(n => `[${n}]`),
  fc.integer({ min: 0, max: 5 }).map(n => `[${n},"${'é'.repeat(n * 40)}"]`),
);
const rows = fc.array(row, { maxLength: 60 });

async function* batches(list: readonly string[], size: number): AsyncIterable<RowBatch> {
  for (let at = 0; at < list.length; at += size) {
    const some = list.slice(at, at + size);
    yield await Promise.resolve({
      bytes: Buffer.from(some.map(line => `${line}\n`).join('')),
      rows: some.length,
    });
  }
}

async function match(
  stored: readonly (readonly string[])[],
  live: readonly string[],
  batchRows: number,
  options?: RowMatcherOptions,
): Promise<{ stored: string[]; live: string[]; equal: number }> {
  const apart = { stored: new Array<string>(), live: new Array<string>() };
  const keep = (side: string[]) => (batch: RowBatch) => {
    const lines = Buffer.from(batch.bytes).toString('utf8').split('\n').slice(0, -1);
    expect(lines).toHaveLength(batch.rows);
    side.push(...lines);
    return Promise.resolve();
  };
  const matcher = new RowMatcher(
    batches(live, batchRows),
    { stored: keep(apart.stored), live: keep(apart.live) },
    options,
  );
  for (const part of stored) await matcher.take(batches(part, batchRows));
  await matcher.finish();
  return { ...apart, equal: matcher.equal };
}

/** `a` without one row of each in `b`. */
function without(a: readonly string[], b: readonly string[]): string[] {
  const left = [...a];
  for (const line of b) {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
  }
  return left.sort();
}

describe('RowMatcher', () => {
  it('drops exactly the rows that both sides have, in any order, in any batches, over any parts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rows, { maxLength: 4 }),
        rows,
        fc.integer({ min: 1, max: 9 }),
        async (parts, live, size) => {
          const stored = parts.flat();
          const found = await match(parts, live, size);
          expect(found.stored.sort()).toEqual(without(stored, live));
          expect(found.live.sort()).toEqual(without(live, stored));
          expect(found.equal).toBe(stored.length - found.stored.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('loses and invents no row when its window is too small', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 9 }), async (stored, live, size) => {
        const found = await match([stored], live, size, { windowBytes: 400, flushBytes: 64 });
        // What is left over on both sides, less what they have in common, is what differs.
        expect(without(found.stored, found.live)).toEqual(without(stored, live));
        expect(without(found.live, found.stored)).toEqual(without(live, stored));
        expect(found.equal).toBe(stored.length - found.stored.length);
      }),
      { numRuns: 500 },
    );
  });

  it('falls back into step after rows that one side lacks', async () => {
    const all = Array.from({ length: 5000 }, (_, n) => `[${n},"some text that is the same on both sides"]`);
    const found = await match(
      [all],
      all.filter((_, n) => n % 50 !== 7),
      100,
      { windowBytes: 4000 },
    );
    expect(found.stored).toHaveLength(100);
    expect(found.live).toEqual([]);
  });

  it('hands on rows that it has skipped in step long before its window is full', async () => {
    const all = Array.from({ length: 4000 }, (_, n) => `[${n},"some text that is the same on both sides"]`);
    // Up to three of ten are missing one after the other, in two places.
    const live = all.filter((_, n) => n % 10 > 2 && n % 20 !== 15);
    const handedOnAt: number[] = [];
    const matcher: RowMatcher = new RowMatcher(
      batches(live, 100),
      {
        stored: () => Promise.resolve(void handedOnAt.push(matcher.storedRows)),
        live: () => Promise.reject(new Error('None is without an equal.')),
      },
      { windowBytes: 1 << 20, flushBytes: 1000 },
    );
    await matcher.take(batches(all, 100));
    expect(handedOnAt[0]).toBeLessThan(2000);
    await matcher.finish();
    expect(matcher.equal).toBe(live.length);
  });

  it('hands on little at first and then twice as much each time, so that sinks begin early', async () => {
    const row = '[1,"some text that is in the file alone"]';
    const handedOn: number[] = [];
    const lookedAt: number[] = [];
    const matcher: RowMatcher = new RowMatcher(
      batches([], 1),
      {
        stored: async batch => {
          handedOn.push(batch.rows);
          lookedAt.push(matcher.storedRows);
        },
        live: () => Promise.reject(new Error('There are none.')),
      },
      { flushBytes: 80 * row.length, firstFlushBytes: 10 * row.length },
    );
    await matcher.take(batches(Array<string>(400).fill(row), 100));
    await matcher.finish();
    expect(handedOn.slice(0, 4)).toEqual([10, 20, 40, 79]);
    // Of a batch of 100, those that nobody has looked at yet are neither equal nor otherwise.
    expect(lookedAt.slice(0, 3)).toEqual([10, 30, 70]);
    expect(handedOn.reduce((sum, rows) => sum + rows, 0)).toBe(400);
  });

  it('asks for live rows only as it needs them', async () => {
    let pulled = 0;
    async function* counted(): AsyncIterable<RowBatch> {
      for await (const batch of batches(
        Array.from({ length: 1000 }, (_, n) => `[${n}]`),
        10,
      )) {
        pulled++;
        yield batch;
      }
    }
    const ignore = (): Promise<void> => Promise.resolve();
    const matcher = new RowMatcher(counted(), { stored: ignore, live: ignore });
    await matcher.take(
      batches(
        Array.from({ length: 30 }, (_, n) => `[${n}]`),
        10,
      ),
    );
    expect(pulled).toBe(3);
  });

  const APART = Array.from({ length: 40 }, (_, n) => `[${n}]`);
  const SMALL: RowMatcherOptions = { windowBytes: 1, flushBytes: 20 };

  it('matches on while a sink is busy, and hands on one batch at a time', async () => {
    const order: string[] = [];
    let busy = 0;
    const slow = async (): Promise<void> => {
      order.push('begun');
      expect(++busy).toBe(1);
      await new Promise(resolve => setImmediate(resolve));
      busy--;
      order.push('done');
    };
    async function* stored(): AsyncIterable<RowBatch> {
      for await (const batch of batches(APART, 5)) {
        order.push('read');
        yield batch;
      }
    }
    const matcher = new RowMatcher(batches([], 1), { stored: slow, live: slow }, SMALL);
    await matcher.take(stored());
    await matcher.finish();
    expect(busy).toBe(0);
    expect(order.join(' ')).toContain('begun read');
  });

  it.each(['stored', 'live'] as const)('ends with what the sink of %s rows throws', async side => {
    const fail = (): Promise<void> => Promise.reject(new Error('no room'));
    const take = (): Promise<void> => Promise.resolve();
    const matcher = new RowMatcher(
      batches(side === 'live' ? APART : [], 5),
      { stored: take, live: take, [side]: fail },
      SMALL,
    );
    const matched = (async () => {
      await matcher.take(batches(side === 'stored' ? APART : [], 5));
      await matcher.finish();
    })();
    await expect(matched).rejects.toThrow('no room');
    await matcher.settle();
  });
});
