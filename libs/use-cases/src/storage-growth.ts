import type { JobRecord, JobState } from '@satchel/domain';

const DAY_MS = 24 * 3600_000;

/** How many days the strip of the last days has, and how far back growth is looked at. */
export const GROWTH_DAYS = 30;

export interface DayOfBackups {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Bytes of the backups that were stored on this day and are not deleted. */
  readonly storedBytes: number;
}

export interface StorageGrowth {
  /** Oldest first, today last. */
  readonly days: readonly DayOfBackups[];
  /** What came less what was deleted, on average of the days looked at; null where there is nothing to go by. */
  readonly bytesPerDay: number | null;
}

/** Counts the backups of the last days and how fast they fill the storage. Pure. @param records backups, deleted ones too */
export function storageGrowth(records: readonly JobRecord[], now: Date): StorageGrowth {
  const since = startOfDay(now).getTime() - (GROWTH_DAYS - 1) * DAY_MS;
  const days = Array.from({ length: GROWTH_DAYS }, (_, index) => emptyDay(new Date(since + index * DAY_MS)));
  const byDate = new Map(days.map(day => [day.date, day]));
  for (const { state, createdAt, sizeBytes, deletedAt } of records) {
    const day = byDate.get(dateOf(createdAt));
    if (day === undefined) continue;
    if (isCounted(state)) day[state] += 1;
    if (state === 'success' && deletedAt === null) day.storedBytes += sizeBytes ?? 0;
  }
  return { days, bytesPerDay: bytesPerDay(records, now, since) };
}

function bytesPerDay(records: readonly JobRecord[], now: Date, since: number): number | null {
  const stored = records.filter(({ state }) => state === 'success');
  if (stored.length === 0) return null;
  const oldest = Math.min(...stored.map(({ createdAt }) => createdAt.getTime()));
  const daysLookedAt = Math.max(1, (now.getTime() - Math.max(since, oldest)) / DAY_MS);
  const net = stored.reduce((sum, { createdAt, deletedAt, sizeBytes }) => {
    const came = createdAt.getTime() >= since ? (sizeBytes ?? 0) : 0;
    const went = deletedAt !== null && deletedAt.getTime() >= since ? (sizeBytes ?? 0) : 0;
    return sum + came - went;
  }, 0);
  return Math.round(net / daysLookedAt);
}

/** Whole days until the storage is full; null if it does not fill, or nothing is known. */
export function daysUntilFull(freeBytes: number | null, perDay: number | null): number | null {
  return freeBytes === null || perDay === null || perDay <= 0 ? null : Math.floor(freeBytes / perDay);
}

type MutableDay = { -readonly [Member in keyof DayOfBackups]: DayOfBackups[Member] };

function emptyDay(day: Date): MutableDay {
  return { date: dateOf(day), success: 0, failed: 0, cancelled: 0, storedBytes: 0 };
}

function isCounted(state: JobState): state is 'success' | 'failed' | 'cancelled' {
  return state === 'success' || state === 'failed' || state === 'cancelled';
}

function startOfDay(moment: Date): Date {
  return new Date(`${dateOf(moment)}T00:00:00.000Z`);
}

function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
