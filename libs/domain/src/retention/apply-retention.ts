import type { Pin, RetentionPolicy } from './retention-policy.js';

/** What retention needs to know of a backup. */
export interface RetentionCandidate {
  readonly backupId: string;
  readonly scopeName: string;
  readonly finishedAt: Date;
  /** Whether it succeeded, its file is there, and the last look at it found it whole; only such a backup counts as good. */
  readonly good: boolean;
  readonly pin?: Pick<Pin, 'reason' | 'pinnedBy'> | null;
}

export interface RetentionDecision<T extends RetentionCandidate> {
  readonly backup: T;
  /** Why it is kept, in words; empty means that cleanup may delete it. */
  readonly keptBecause: readonly string[];
  /** Why it may be deleted, in words; null where it is kept. */
  readonly goesBecause: string | null;
}

const DAY_MS = 86_400_000;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/**
 * Decides which backups a policy keeps, and why. Pure; nothing is deleted here. Rules count within a type, and only good
 * backups count: one that is damaged never takes the place of one that is not.
 *
 * @param backups in any order
 * @returns       every backup, newest first, with the reasons that keep it; the newest good one of each type always has one
 * @see           restic, internal/data/snapshot_policy.go: one bucket per period, newest wins
 */
export function applyRetention<T extends RetentionCandidate>(
  backups: readonly T[],
  policy: RetentionPolicy,
  now: Date,
): RetentionDecision<T>[] {
  // Of two of the same moment the order must not be left to chance: applied again, the same one is the newest.
  const newestFirst = [...backups].sort(
    (a, b) => b.finishedAt.getTime() - a.finishedAt.getTime() || (a.backupId < b.backupId ? -1 : 1),
  );
  const rules = new Map<string, TypeRules>();
  return newestFirst.map(backup => {
    const { scopeName, finishedAt, good, pin } = backup;
    const keptBecause: string[] = [];
    if (pin) keptBecause.push(`pinned by ${pin.pinnedBy ?? 'somebody'}: ${pin.reason}`);
    if (good) {
      let ofType = rules.get(scopeName);
      if (ofType === undefined) {
        keptBecause.push(`newest good backup of type ${scopeName}`);
        ofType = new TypeRules(policy);
        rules.set(scopeName, ofType);
      }
      keptBecause.push(...ofType.take(finishedAt));
    }
    if (now.getTime() - finishedAt.getTime() < policy.days * DAY_MS)
      keptBecause.push(`younger than ${policy.days} days`);
    return { backup, keptBecause, goesBecause: keptBecause.length > 0 ? null : whyItGoes(backup, policy) };
  });
}

function whyItGoes({ good }: RetentionCandidate, { days }: RetentionPolicy): string {
  return `older than ${days} days, and ${good ? 'no rule keeps it' : 'not a good backup, which no rule keeps'}`;
}

/** The rules of one type, which take its good backups from the newest on. */
class TypeRules {
  #last = 0;
  readonly #buckets: readonly Bucket[];

  constructor(private readonly policy: RetentionPolicy) {
    const { keepDaily, keepWeekly, keepMonthly, keepYearly } = policy;
    this.#buckets = [
      {
        left: keepDaily,
        seen: new Set(),
        nameOf: ({ year, month, day }) => `${year}-${two(month)}-${two(day)}`,
      },
      { left: keepWeekly, seen: new Set(), nameOf: date => weekOf(date) },
      {
        left: keepMonthly,
        seen: new Set(),
        nameOf: ({ year, month }) => `${MONTHS[month - 1] ?? ''} ${year}`,
      },
      { left: keepYearly, seen: new Set(), nameOf: ({ year }) => `${year}` },
    ];
  }

  /** @returns the rules that keep it */
  take(finishedAt: Date): string[] {
    const kept: string[] = [];
    this.#last += 1;
    const { keepLast, timeZone } = this.policy;
    if (this.#last <= keepLast)
      kept.push(keepLast === 1 ? 'the newest one' : `one of the newest ${keepLast}`);
    const date = dateIn(finishedAt, timeZone);
    for (const bucket of this.#buckets) {
      const name = bucket.nameOf(date);
      if (bucket.left === 0 || bucket.seen.has(name)) continue;
      bucket.seen.add(name);
      bucket.left -= 1;
      kept.push(`newest of ${name}`);
    }
    return kept;
  }
}

interface Bucket {
  /** Periods that may still be kept. */
  left: number;
  readonly seen: Set<string>;
  /** What people call the period that a day is in. */
  readonly nameOf: (date: LocalDate) => string;
}

interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateIn(at: Date, timeZone: string): LocalDate {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  return { year: parts['year'] ?? 0, month: parts['month'] ?? 1, day: parts['day'] ?? 1 };
}

/** ISO 8601: weeks begin on Monday and belong to the year that their Thursday is in. */
function weekOf({ year, month, day }: LocalDate): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY_MS);
  const weekYear = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / (7 * DAY_MS));
  return `week ${week} of ${weekYear}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
