import { expect, it } from 'vitest';
import { unpackedLimit } from './unpacked-limit.js';

it('is a gibibyte for small files and 200 times the size for large ones', () => {
  expect(unpackedLimit(1)).toBe(1024 ** 3);
  expect(unpackedLimit(10 * 1024 ** 2)).toBe(2000 * 1024 ** 2);
});
