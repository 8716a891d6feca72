import { describe, expect, it } from 'vitest';
import { nthKey } from './nth-key.js';

describe('nthKey', () => {
  it('counts up, past the keys of the old application’s sample files', () => {
    const keys = Array.from({ length: 3_000 }, (_, index) => nthKey(index + 1));
    expect(keys[0]).toBe(1);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(keys.filter(key => (key > 100 && key <= 200) || (key > 1000 && key <= 2000))).toEqual([]);
  });
});
