import { describe, expect, it } from 'vitest';
import { checkName } from './check-name.js';

describe('the check of a backup’s name', () => {
  it.each(['', '   ', 'Nightly', 'before the new term', 'सत्र से पहले', '2026-03-01_full.v2'])(
    'accepts %j',
    name => {
      expect(checkName(name)).toBeNull();
    },
  );

  it.each([
    ['../etc', 'first character', '.'],
    ['-rf', 'first character', '-'],
    ['a/b', 'character', '/'],
    ['what?', 'character', '?'],
    ['smile 🙂', 'character', '🙂'],
  ])('refuses %j and names the character', (name, problem, character) => {
    expect(checkName(name)).toEqual({ problem, character });
  });

  it('counts characters after trimming', () => {
    expect(checkName(` ${'a'.repeat(80)} `)).toBeNull();
    expect(checkName('a'.repeat(81))?.problem).toBe('too long');
  });
});
