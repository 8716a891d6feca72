import { describe, expect, it } from 'vitest';
import { english } from '../../testing/samples.js';
import { hi } from '../../texts/hi.js';
import { createTranslate } from '../../texts/use-text.js';
import { createFormat } from '../../lib/format.js';
import type { TextTools } from '../../texts/use-text.js';
import { retentionText } from './retention-words.js';

const hindi: TextTools = {
  t: createTranslate(hi, 'hi-IN'),
  format: createFormat('hi-IN'),
  language: 'hi',
  locale: 'hi-IN',
};

/** As the server writes them; see the domain's `apply-retention.ts`. */
const REASONS = [
  ['pinned by m.larsen: year-end closing', 'pinned by m.larsen: year-end closing'],
  ['newest good backup of type full', 'newest good backup of its type'],
  ['newest of week 47 of 2026', 'newest of week 47 of 2026'],
  ['newest of 2026-11-25', 'newest of 25 Nov 2026'],
  ['newest of November 2026', 'newest of November 2026'],
  ['newest of 2026', 'newest of 2026'],
  ['the newest one', 'the newest one'],
  ['one of the newest 3', 'one of the newest 3'],
  ['younger than 30 days', 'younger than 30 days'],
  ['older than 30 days, and no rule keeps it', 'older than 30 days, and no rule keeps it'],
  [
    'older than 30 days, and not a good backup, which no rule keeps',
    'older than 30 days, and not a good backup',
  ],
] as const;

describe('a reason of retention', () => {
  it.each(REASONS)('says “%s” in English', (reason, text) => {
    expect(retentionText(english, reason)).toBe(text);
  });

  it.each(REASONS)('says “%s” in Hindi', reason => {
    expect(retentionText(hindi, reason)).not.toBe(reason);
    expect(retentionText(hindi, reason)).toMatch(/\p{Script=Devanagari}/u);
  });

  it('says when a delete that failed is tried again', () => {
    const said =
      'could not be deleted 3 times since 2026-03-01 02:15 UTC; tried again after 2026-03-01 06:15 UTC';
    const { dateTime } = english.format;
    expect(retentionText(english, said)).toBe(
      `could not be deleted 3 times since ${dateTime('2026-03-01T02:15Z')}; tried again after ${dateTime('2026-03-01T06:15Z')}`,
    );
  });

  it('leaves what it does not know as it is', () => {
    expect(retentionText(hindi, 'EACCES: permission denied')).toBe('EACCES: permission denied');
  });
});
