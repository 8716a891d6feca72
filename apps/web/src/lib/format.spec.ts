import { describe, expect, it } from 'vitest';
import { createFormat } from './format.js';

const format = createFormat('en-GB');
const now = new Date('2026-03-01T12:00:00Z');

describe('relative times', () => {
  it.each([
    ['2026-03-01T11:59:40Z', 'now'],
    ['2026-03-01T11:58:30Z', '1 minute ago'],
    ['2026-03-01T09:00:00Z', '3 hours ago'],
    ['2026-02-28T12:00:00Z', 'yesterday'],
    ['2026-02-20T12:00:00Z', 'last week'],
    ['2025-02-20T12:00:00Z', 'last year'],
    ['2026-03-04T12:00:00Z', 'in 3 days'],
  ])('says of %s: %s', (at, said) => {
    expect(format.relative(at, now)).toBe(said);
  });

  it('calls this moment as it is told to', () => {
    expect(createFormat('en-GB', 'just now').relative('2026-03-01T11:59:40Z', now)).toBe('just now');
  });

  it('speaks Hindi', () => {
    expect(createFormat('hi-IN').relative('2026-03-01T09:00:00Z', now)).toBe('3 घंटे पहले');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [4_565, '4.6 kB'],
    [346_961, '347 kB'],
    [999_700, '1 MB'],
    [104_857_600, '105 MB'],
  ])('writes %d bytes as %s', (bytes, written) => {
    expect(format.bytes(bytes)).toBe(written.replace(' ', '\u00a0'));
  });
});

describe('durations', () => {
  it.each([
    [0, '0 secs'],
    [400, '0.4 secs'],
    [65_000, '1 min 5 secs'],
    [3_600_000, '1 hr'],
    [90_061_000, '1 day 1 hr'],
  ])('writes %d ms as %s', (ms, written) => {
    expect(format.duration(ms)).toBe(written);
  });
});
