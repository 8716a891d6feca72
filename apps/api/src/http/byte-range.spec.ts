import { describe, expect, it } from 'vitest';
import { parseRange } from './byte-range.js';

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=10-1000', { start: 10, end: 99 }],
    ['bytes=-5', { start: 95, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['BYTES= 1-2 ', { start: 1, end: 2 }],
  ])('reads %s', (header, span) => {
    expect(parseRange(header, 100)).toEqual(span);
  });

  it.each(['bytes=100-', 'bytes=-0', 'bytes=500-600'])('finds no byte in %s', header => {
    expect(parseRange(header, 100)).toBe('unsatisfiable');
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-4', 'bytes=0-1,5-6', 'rows=1-2', 'bytes=a-b'])(
    'takes %s for the whole file',
    header => {
      expect(parseRange(header, 100)).toBeNull();
    },
  );

  it('knows that nothing is in an empty file', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-5', 0)).toBe('unsatisfiable');
  });
});
