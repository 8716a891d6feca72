import type { JobError } from '../job/job.js';
import type { BackupId } from './backup-id.js';
import type { StorageKey } from './storage-key.js';

/** A place that backups are kept in. */
export interface Destination {
  /** As the settings call it: `local`, `off-site`. */
  readonly name: string;
  readonly kind: 'local' | 's3';
  /** Absolute folder, or `s3://bucket/prefix`; never a secret. */
  readonly location: string;
}

/**
 * Names of the destinations that a backup, or each of a schedule, is kept in. Null: in all, also in those that the settings name
 * later. A name that the settings do not have (any more) is nobody's; should it come back, it counts again.
 */
export type ChosenDestinations = readonly string[] | null;

/**
 * Says whether a backup is to be in a destination. The primary has each: backups are made there, and records say that they are
 * there. One that was left out lacks nothing.
 */
export function belongsIn(chosen: ChosenDestinations, destination: string, primary: string): boolean {
  return chosen === null || destination === primary || chosen.includes(destination);
}

/**
 * - `pending`: not there yet, and to be brought there
 * - `stored`: there, and read back
 * - `failed`: could not be brought there; tried again at `nextTryAt`
 * - `damaged`, `missing`: was there, and is not what it was, or not there; to be replaced from another destination
 * - `removed`: the backup was deleted; with a `nextTryAt`, its removal from this destination is still owed
 */
export const COPY_STATES = ['pending', 'stored', 'failed', 'damaged', 'missing', 'removed'] as const;
export type CopyState = (typeof COPY_STATES)[number];

/** A backup in one destination. */
export interface Copy {
  readonly backupId: BackupId;
  readonly destination: string;
  /** The archive's name, the same in each destination. */
  readonly file: StorageKey;
  readonly state: CopyState;
  /** What the manifest says that there must be. */
  readonly sizeBytes: number;
  readonly digest: string;
  /** Where else the backup is kept, as its manifest says. */
  readonly destinations: ChosenDestinations;
  readonly storedAt: Date | null;
  /** When it was last read to its end and found right. */
  readonly verifiedAt: Date | null;
  /** Since it last succeeded. */
  readonly attempts: number;
  /** Null: nothing is to be done. */
  readonly nextTryAt: Date | null;
  readonly error: JobError | null;
}

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** When something that has failed so many times in a row is tried again: after a minute, two, four … six hours. */
export function nextTry(attempts: number, now: Date): Date {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pause);
}

/** Whether a copy waits for something to be done now. */
export function isDue({ nextTryAt }: Copy, now: Date): boolean {
  return nextTryAt !== null && nextTryAt <= now;
}
