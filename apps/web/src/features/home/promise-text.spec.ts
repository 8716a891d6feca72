import { describe, expect, it } from 'vitest';
import { english } from '../../testing/samples.js';
import { promiseText } from './promise-text.js';

const DRILL = {
  job_id: 'j',
  backup_id: 'b',
  finished_at: '2026-03-01T04:00:00.000Z',
  restore_seconds: 41.2,
};

describe('what can be promised', () => {
  it.each([
    [
      11_520,
      DRILL,
      'If the database died now you would lose 3 hrs 12 mins; the last drill restored it in 41 secs.',
    ],
    [
      11_520,
      null,
      'If the database died now you would lose 3 hrs 12 mins. No drill has proven yet how long a restore takes.',
    ],
    [
      null,
      DRILL,
      'If the database died now you would lose everything; the last drill restored it in 41 secs.',
    ],
    [
      null,
      null,
      'If the database died now you would lose everything. No drill has proven yet how long a restore takes.',
    ],
  ])('is said in one sentence (%s, %o)', (lost, drill, text) => {
    expect(promiseText(english, { data_loss_seconds: lost, last_drill: drill, drill_needs_key: false })).toBe(
      text,
    );
  });

  it('says where the key for a drill is missing', () => {
    expect(promiseText(english, { data_loss_seconds: 60, last_drill: null, drill_needs_key: true })).toMatch(
      /it needs the key, which is not kept here\.$/,
    );
  });
});
