import type { Compression } from '../backup/archive.js';
import type { ChosenDestinations } from '../backup/copy.js';

/** Backups that are made by themselves, at times of the clock on somebody's wall. */
export interface Schedule {
  readonly scheduleId: string;
  /** What people call it; no two are the same in any case. Backups that it makes are named after it. */
  readonly name: string;
  readonly scopeName: string;
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA's name of the zone whose clock `cron` means, e.g. `Asia/Kolkata`. */
  readonly timeZone: string;
  readonly compression: Compression;
  /** Where its backups are kept. */
  readonly destinations: ChosenDestinations;
  readonly paused: boolean;
  /** When it fires next; null while it is paused. One in the past is due, or is being caught up. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly lastJobId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** Only what is given is changed. */
export type ScheduleChange = Partial<
  Pick<
    Schedule,
    'name' | 'scopeName' | 'cron' | 'timeZone' | 'compression' | 'destinations' | 'paused' | 'nextRunAt'
  >
>;

const REQUESTER = 'schedule:';

/** Who asked for a job that a schedule has added. No user's name has a colon in it. */
export function scheduleRequester(name: string): string {
  return `${REQUESTER}${name}`;
}

export function isScheduleRequester(requestedBy: string): boolean {
  return requestedBy.startsWith(REQUESTER);
}
