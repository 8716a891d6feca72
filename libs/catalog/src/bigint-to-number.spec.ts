import { expect, it } from 'vitest';
import { bigintToNumber } from './bigint-to-number.js';

it('gives the number that PostgreSQL wrote, and refuses one that a number cannot hold', () => {
  expect(bigintToNumber.from('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  expect(bigintToNumber.from('0')).toBe(0);
  expect(bigintToNumber.from(null)).toBeNull();
  expect((): unknown => bigintToNumber.from('9007199254740993')).toThrow(/Rebuild the catalog/);
});
