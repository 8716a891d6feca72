import { FixedClock } from '@satchel/testing';
import { expect, it } from 'vitest';
import { RequestCounts } from './request-counts.js';

const MINUTE_MS = 60_000;

it('blocks what is over the limit until the period is over, each caller for itself', async () => {
  const clock = new FixedClock();
  const counts = new RequestCounts(clock);
  const ask = async (caller: string) => {
    const { isBlocked, timeToBlockExpire } = await counts.increment(caller, MINUTE_MS, 2);
    return isBlocked ? timeToBlockExpire : 'let through';
  };
  expect(await ask('a')).toBe('let through');
  clock.advance(20_000);
  expect(await ask('a')).toBe('let through');
  expect(await ask('a')).toBe(40);
  expect(await ask('b')).toBe('let through');
  clock.advance(39_999);
  expect(await ask('a')).toBe(1);
  clock.advance(1);
  expect(await ask('a')).toBe('let through');
});

it('does not block for longer because the clock was set back', async () => {
  const clock = new FixedClock();
  const counts = new RequestCounts(clock);
  await counts.increment('a', MINUTE_MS, 1);
  expect((await counts.increment('a', MINUTE_MS, 1)).isBlocked).toBe(true);
  clock.advance(-3_600_000);
  expect((await counts.increment('a', MINUTE_MS, 1)).isBlocked).toBe(false);
});
