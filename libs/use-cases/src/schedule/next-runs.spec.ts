import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCron, nextRuns } from './next-runs.js';

function runs(cron: string, timeZone: string, after: string, howMany = 4): string[] {
  return nextRuns({ cron, timeZone }, new Date(after), howMany).map(at => at.toISOString().slice(0, 16));
}

describe('nextRuns', () => {
  it('goes by the clock of the zone', () => {
    expect(runs('30 2 * * *', 'Asia/Kolkata', '2026-06-01T00:00:00Z', 2)).toEqual([
      '2026-06-01T21:00',
      '2026-06-02T21:00',
    ]);
  });

  it.each(['30 2 * * *', '*/20 2 * * *', '0,30 2 * * *'])(
    'runs %s, which the clock jumps over in spring, once after the jump',
    cron => {
      // At 01:00 UTC clocks in Berlin go from 2:00 to 3:00.
      const [first, second] = runs(cron, 'Europe/Berlin', '2026-03-29T00:00:00Z');
      expect(first).toBe('2026-03-29T01:00');
      expect(second?.slice(0, 10)).toBe('2026-03-30');
    },
  );

  it('runs what the clock shows twice in autumn once', () => {
    // 2:30 in Berlin is 00:30 UTC, and again 01:30 UTC.
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(runs('*/30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T00:30',
      '2026-10-26T01:00',
    ]);
    expect(runs('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 3)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
  });

  it('does not run again when asked within the second of two equal hours', () => {
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10:00Z', 1)).toEqual(['2026-10-26T01:30']);
  });

  it('knows clocks that are changed by half an hour, and at midnight', () => {
    expect(runs('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T16:00:00Z', 3)).toEqual([
      '2026-10-03T15:30',
      '2026-10-04T15:15',
      '2026-10-05T15:15',
    ]);
    expect(runs('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', 2)).toEqual([
      '2026-09-06T04:00',
      '2026-09-07T03:00',
    ]);
  });

  it('comes to the same times step by step, each later than the one before, in any zone', () => {
    const cron = fc
      .tuple(
        fc.constantFrom('*', '0', '*/7', '5,35'),
        fc.constantFrom('*', '1', '2', '1-3', '*/6', '0'),
        fc.constantFrom('*', '*', '1', 'L'),
        fc.constantFrom('*', '*', '3,10'),
        fc.constantFrom('*', '*', 'SUN', '1-5'),
      )
      .map(fields => fields.join(' '));
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    );
    const after = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(cron, zone, after, (expression, timeZone, from) => {
        const time = { cron: expression, timeZone };
        const together = nextRuns(time, from, 4);
        let last = from;
        for (const at of together) {
          expect(at.getTime()).toBeGreaterThan(last.getTime());
          expect(nextRuns(time, last, 1)).toEqual([at]);
          last = at;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('checkCron', () => {
  it.each([
    ['* * * *', 'five fields'],
    ['* * * * * *', 'five fields'],
    ['61 * * * *', 'minute'],
    ['0 0 30 2 *', 'never comes'],
    ['every night', 'five fields'],
  ])('refuses %s and says why', (cron, reason) => {
    expect(() => checkCron({ cron, timeZone: 'UTC' })).toThrow(reason);
  });

  it('refuses a zone that is not there', () => {
    expect(() => checkCron({ cron: '0 2 * * *', timeZone: 'Mars/Base' })).toThrow('no time zone "Mars/Base"');
  });

  it('tidies spaces', () => {
    expect(checkCron({ cron: ' 0  2 * * MON-FRI ', timeZone: 'UTC' }).cron).toBe('0 2 * * MON-FRI');
  });
});
