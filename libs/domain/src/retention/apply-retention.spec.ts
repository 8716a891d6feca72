import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRetention, type RetentionCandidate } from './apply-retention.js';
import { KEEP_NOTHING_MORE, pauseAfter, type RetentionPolicy } from './retention-policy.js';

const NOW = new Date('2026-12-01T12:00:00Z');
const NOTHING: RetentionPolicy = { ...KEEP_NOTHING_MORE, days: 0, timeZone: 'Asia/Kolkata' };

function backup(at: string, more: Partial<RetentionCandidate> = {}): RetentionCandidate {
  return { backupId: at, scopeName: 'full', finishedAt: new Date(at), good: true, ...more };
}

function reasons(backups: readonly RetentionCandidate[], policy: Partial<RetentionPolicy>) {
  return Object.fromEntries(
    applyRetention(backups, { ...NOTHING, ...policy }, NOW).map(
      ({ backup: { backupId }, keptBecause, goesBecause }) => [backupId, goesBecause ?? keptBecause],
    ),
  );
}

describe('applyRetention', () => {
  it('says in words why each stays or goes', () => {
    const pin = { reason: 'year-end closing', pinnedBy: 'asha' };
    expect(
      reasons(
        [
          backup('2026-11-30T20:00:00Z'),
          backup('2026-11-22T20:00:00Z'),
          backup('2026-11-21T20:00:00Z'),
          backup('2026-03-31T20:00:00Z', { pin }),
          backup('2025-06-01T20:00:00Z'),
          backup('2024-06-01T20:00:00Z'),
        ],
        { days: 3, keepLast: 1, keepWeekly: 2, keepYearly: 2 },
      ),
    ).toEqual({
      // 20:00 in London is the next day in Kolkata.
      '2026-11-30T20:00:00Z': [
        'newest good backup of type full',
        'the newest one',
        'newest of week 49 of 2026',
        'newest of 2026',
        'younger than 3 days',
      ],
      '2026-11-22T20:00:00Z': ['newest of week 48 of 2026'],
      '2026-11-21T20:00:00Z': 'older than 3 days, and no rule keeps it',
      '2026-03-31T20:00:00Z': ['pinned by asha: year-end closing'],
      '2025-06-01T20:00:00Z': ['newest of 2025'],
      '2024-06-01T20:00:00Z': 'older than 3 days, and no rule keeps it',
    });
  });

  it('goes by days and months of the zone', () => {
    const [late, early] = [backup('2026-10-31T18:29:00Z'), backup('2026-10-31T18:31:00Z')];
    expect(reasons([late, early], { keepDaily: 5, keepMonthly: 5 })).toEqual({
      '2026-10-31T18:31:00Z': [
        'newest good backup of type full',
        'newest of 2026-11-01',
        'newest of November 2026',
      ],
      '2026-10-31T18:29:00Z': ['newest of 2026-10-31', 'newest of October 2026'],
    });
  });

  it('lets no backup that is not good take the place of a good one', () => {
    expect(
      reasons([backup('2026-11-30T20:00:00Z', { good: false }), backup('2026-11-29T20:00:00Z')], {
        keepLast: 1,
      }),
    ).toEqual({
      '2026-11-30T20:00:00Z': 'older than 0 days, and not a good backup, which no rule keeps',
      '2026-11-29T20:00:00Z': ['newest good backup of type full', 'the newest one'],
    });
  });
});

describe('applyRetention, whatever the backups and the policy', () => {
  const DAY_MS = 86_400_000;
  const backups = fc.uniqueArray(
    fc.record({
      backupId: fc.uuid(),
      scopeName: fc.constantFrom('full', 'students', 'safety'),
      finishedAt: fc
        .integer({ min: 0, max: 3000 * 24 })
        .map(hoursAgo => new Date(NOW.getTime() - hoursAgo * (DAY_MS / 24))),
      good: fc.boolean(),
      pin: fc.option(fc.constant({ reason: 'for the inspector', pinnedBy: 'asha' }), { freq: 6 }),
    }),
    { selector: ({ backupId }) => backupId, maxLength: 60 },
  );
  const few = fc.integer({ min: 0, max: 6 });
  const policy: fc.Arbitrary<RetentionPolicy> = fc.record({
    days: fc.integer({ min: 0, max: 400 }),
    keepLast: few,
    keepDaily: few,
    keepWeekly: few,
    keepMonthly: few,
    keepYearly: few,
    timeZone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
  });
  const keptOf = (all: readonly RetentionCandidate[], by: RetentionPolicy): Set<string> =>
    new Set(
      applyRetention(all, by, NOW)
        .filter(({ keptBecause }) => keptBecause.length > 0)
        .map(({ backup: { backupId } }) => backupId),
    );

  it('decides on each once, with words either way', () => {
    fc.assert(
      fc.property(backups, policy, (all, by) => {
        const decisions = applyRetention(all, by, NOW);
        expect(decisions.map(({ backup: { backupId } }) => backupId).sort()).toEqual(
          all.map(({ backupId }) => backupId).sort(),
        );
        for (const { keptBecause, goesBecause } of decisions) {
          expect(keptBecause.length > 0).toBe(goesBecause === null);
        }
      }),
    );
  });

  it('keeps the newest good one of each type, and what is pinned', () => {
    fc.assert(
      fc.property(backups, policy, (all, by) => {
        const kept = keptOf(all, by);
        for (const type of new Set(all.map(({ scopeName }) => scopeName))) {
          const good = all.filter(each => each.scopeName === type && each.good);
          if (good.length === 0) continue;
          const newest = Math.max(...good.map(({ finishedAt }) => finishedAt.getTime()));
          expect(
            good.some(({ backupId, finishedAt }) => finishedAt.getTime() === newest && kept.has(backupId)),
          ).toBe(true);
        }
        for (const { backupId, pin } of all) if (pin) expect(kept.has(backupId)).toBe(true);
      }),
    );
  });

  it('deletes nothing more when a rule keeps more', () => {
    const rule = fc.constantFrom('days', 'keepLast', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly');
    fc.assert(
      fc.property(backups, policy, rule, fc.integer({ min: 1, max: 50 }), (all, by, changed, more) => {
        const before = keptOf(all, by);
        const after = keptOf(all, { ...by, [changed]: by[changed as 'days'] + more });
        for (const backupId of before) expect(after.has(backupId)).toBe(true);
      }),
    );
  });

  it('keeps, applied again, all that it has kept', () => {
    fc.assert(
      fc.property(backups, policy, (all, by) => {
        const kept = keptOf(all, by);
        expect(
          keptOf(
            all.filter(({ backupId }) => kept.has(backupId)),
            by,
          ),
        ).toEqual(kept);
      }),
    );
  });
});

it('waits longer each time, and a day at most', () => {
  expect([1, 2, 3].map(pauseAfter)).toEqual([300_000, 600_000, 1_200_000]);
  expect(pauseAfter(1000)).toBe(86_400_000);
});
