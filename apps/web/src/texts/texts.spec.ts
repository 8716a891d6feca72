import { describe, expect, it } from 'vitest';
import { en } from './en.js';
import { hi } from './hi.js';
import { fillText } from './text.js';
import type { Text } from './text.js';

describe('texts', () => {
  it('chooses the form for a number, and writes the number as the language does', () => {
    const text = { one: '{count} row', other: '{count} rows' };
    expect(fillText(text, { count: 1 }, 'en-GB')).toBe('1 row');
    expect(fillText(text, { count: 276248 }, 'en-GB')).toBe('276,248 rows');
    expect(fillText(text, { count: 276248 }, 'en-IN')).toBe('2,76,248 rows');
  });

  it('knows that Hindi counts nothing as one', () => {
    const text = { one: 'one', other: 'other' };
    expect(fillText(text, { count: 0 }, 'hi-IN')).toBe('one');
    expect(fillText(text, { count: 0 }, 'en-GB')).toBe('other');
  });

  it('leaves a name without a value as it stands, so that it is seen', () => {
    expect(fillText('Hello {name}', {}, 'en')).toBe('Hello {name}');
  });

  it('has the same names in braces in every language', () => {
    const names = (text: Text) =>
      [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].filter(name => name !== '{count}').sort();
    const differing = Object.entries(en).filter(
      ([key, text]) => names(text).join() !== names(hi[key as keyof typeof en]).join(),
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('is translated, but for names that are the same everywhere', () => {
    const same = Object.keys(en).filter(
      key => JSON.stringify(en[key as keyof typeof en]) === JSON.stringify(hi[key as keyof typeof en]),
    );
    expect(same).toEqual([
      'home.title',
      'compression.zstd',
      'compression.gzip',
      'format.satchel',
      'confirm.word',
    ]);
  });
});
