import { describe, expect, it } from 'vitest';
import { table } from './report.ts';

describe('table', () => {
  it('lines the first column up to the left and the others to the right', () => {
    const text = table([
      ['what', 'seconds'],
      ['create', '1.00'],
      ['pg_restore, all', '12.00'],
    ]);
    expect(text.split('\n')).toEqual([
      'what             seconds',
      '---------------  -------',
      'create              1.00',
      'pg_restore, all    12.00',
    ]);
  });
});
