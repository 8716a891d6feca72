import { describe, expect, it } from 'vitest';
import { english, sampleAnalysis } from '../../testing/samples.js';
import { changesRows, planWords, sumOf } from './plan-words.js';

const { tables } = sampleAnalysis().plan;

describe('the words of a plan', () => {
  it('names tables as the office does, the largest first', () => {
    expect(planWords(english, tables, 'created')).toBe('12 students');
    expect(planWords(english, tables, 'deleted')).toBe('30 attendance entries and 3 fee payments');
  });

  it('says nothing of what does not happen', () => {
    expect(planWords(english, tables, 'skipped')).toBeNull();
  });

  it('sums up what is left after the largest four', () => {
    const [first] = tables;
    const many = Array.from({ length: 7 }, (_, index) => ({
      ...first,
      schema: 'public',
      role: 'content' as const,
      method: 'load' as const,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      deleted: 0,
      name: `library_book${index}`,
      created: 10 - index,
    }));
    expect(planWords(english, many, 'created')).toBe(
      '10 rows of library book0, 9 rows of library book1, 8 rows of library book2, 7 rows of library book3 and 15 rows of 3 other tables',
    );
  });

  it('counts what would change', () => {
    const sum = sumOf(tables);
    expect(sum).toEqual({ created: 12, updated: 7, unchanged: 400, skipped: 0, deleted: 33 });
    expect(changesRows(sum)).toBe(true);
    expect(changesRows({ ...sum, created: 0, updated: 0, deleted: 0 })).toBe(false);
  });
});
