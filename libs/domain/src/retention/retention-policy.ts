/** How many to keep of each kind of period; 0 of a kind keeps none for it. */
export interface KeepRules {
  /** The newest ones, whatever their age. */
  readonly keepLast: number;
  /** The newest of each of so many days, weeks, months, years that have one. */
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
  readonly keepYearly: number;
}

/** What is kept of each type; a backup stays as long as anything here keeps it. */
export interface RetentionPolicy extends KeepRules {
  /** Whole days that a backup is kept, counted from its end; at least 0. */
  readonly days: number;
  /** IANA's name: whose days, weeks, months and years are meant. */
  readonly timeZone: string;
}

export const KEEP_NOTHING_MORE: KeepRules = {
  keepLast: 0,
  keepDaily: 0,
  keepWeekly: 0,
  keepMonthly: 0,
  keepYearly: 0,
};

/** A backup that somebody wants kept, and why. */
export interface Pin {
  readonly backupId: string;
  readonly reason: string;
  readonly pinnedBy: string | null;
  readonly pinnedAt: Date;
}

/** A backup that was to be deleted and could not be. */
export interface FailedDelete {
  readonly backupId: string;
  readonly file: string;
  /** How many times it was tried. */
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
  readonly nextAttemptAt: Date;
  /** Why it failed last, for a person. */
  readonly problem: string;
}

const FIRST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** How long to wait, in milliseconds, after a delete has failed so many times: twice as long each time, a day at most. */
export function pauseAfter(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE_MS);
}
