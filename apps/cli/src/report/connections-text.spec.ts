import { describe, expect, it } from 'vitest';
import { connectionsText } from './connections-text.js';

describe('connectionsText', () => {
  it('says nothing where one was asked for', () => {
    expect(connectionsText(1, 1)).toBeNull();
  });

  it('says how many were used, and why they are fewer than asked for', () => {
    expect(connectionsText(4, 4)).toBe('4');
    expect(connectionsText(1, 2)).toMatch(/^1 of the 2 asked for: .*not be faster/);
  });
});
