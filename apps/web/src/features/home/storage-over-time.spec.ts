import { expect, it } from 'vitest';
import { storageOverTime } from './storage-over-time.js';

it('counts back from what is used now, and never below nothing', () => {
  const day = (date: string, stored_bytes: number) => ({
    date,
    success: 1,
    failed: 0,
    cancelled: 0,
    stored_bytes,
  });
  const days = [day('2026-02-27', 50), day('2026-02-28', 30), day('2026-03-01', 20)];
  expect(storageOverTime(days, 100)).toEqual([
    { date: '2026-02-27', bytes: 50 },
    { date: '2026-02-28', bytes: 80 },
    { date: '2026-03-01', bytes: 100 },
  ]);
  expect(storageOverTime(days, 25)[0]).toEqual({ date: '2026-02-27', bytes: 0 });
});
