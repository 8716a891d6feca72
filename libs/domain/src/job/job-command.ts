import type { Compression } from '../backup/archive.js';
import type { BackupId } from '../backup/backup-id.js';
import type { ChosenDestinations } from '../backup/copy.js';
import type { DuplicateStrategy, RestoreMode } from '../restore/restore-plan.js';

/** Makes a backup; the job's id is the backup's. */
export interface BackupJob {
  readonly kind: 'backup';
  readonly scopeName: string;
  readonly name: string | null;
  readonly compression: Compression;
  /** Connections to read with. */
  readonly jobs: number;
  /** Where the backup is kept; absent in jobs of older versions: in all destinations. */
  readonly destinations?: ChosenDestinations;
}

/** Where a restore's rows come from: a stored backup, or a file that waits in quarantine and is removed afterwards. */
export type RestoreFrom =
  | { readonly from: 'backup'; readonly backupId: BackupId }
  | { readonly from: 'upload'; readonly uploadId: string; readonly name: string };

/** A job that reads a stored backup, which may be encrypted. */
interface ReadingJob {
  /**
   * The keys that somebody brought for it, sealed with the installation's key ring. Nobody sees them but the worker, and they are
   * erased when the job ends.
   */
  readonly sealedKeys?: string;
}

/** Restores a file; the job's id is the restore's. */
export interface RestoreJob extends ReadingJob {
  readonly kind: 'restore';
  readonly source: RestoreFrom;
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  readonly allowMissing: boolean;
  readonly fill: Readonly<Record<string, string>>;
  /** Tables that grant power, asked for by name. */
  readonly only: readonly string[];
  readonly safetyBackup: boolean;
  /** `planDigest` of the plan that a person has agreed to; another plan is a `conflict`. Null: no plan was shown. */
  readonly agreedPlan: string | null;
}

/** Takes a restore back; the job's id is that of the restore that does it. */
export interface UndoJob extends ReadingJob {
  readonly kind: 'undo';
  /** The restore that is taken back. */
  readonly restoreId: string;
  readonly overwriteEdited: boolean;
  readonly safetyBackup: boolean;
}

/** Reads a stored backup to its end. */
export interface VerifyJob extends ReadingJob {
  readonly kind: 'verify';
  readonly backupId: BackupId;
}

/** Deletes what is older than a number of days. */
export interface CleanupJob {
  readonly kind: 'cleanup';
  readonly days: number;
}

/** Restores a backup into a scratch database, looks whether all of it is there, and drops the database. */
export interface DrillJob {
  readonly kind: 'drill';
  readonly scopeName: string;
  /** Null: the newest good backup of the type, as it is when the drill begins. */
  readonly backupId: BackupId | null;
}

/** What can be asked of a queue: plain JSON, without secrets and without rows. */
export type JobCommand = BackupJob | RestoreJob | UndoJob | VerifyJob | CleanupJob | DrillJob;
export type JobKind = JobCommand['kind'];

export const JOB_KINDS = [
  'backup',
  'restore',
  'undo',
  'verify',
  'cleanup',
  'drill',
] as const satisfies readonly JobKind[];

/** Whether a job changes the protected database: one such job at a time. */
export function writesDatabase(kind: JobKind): boolean {
  return kind === 'restore' || kind === 'undo';
}

/**
 * Whether a job whose process died, or whose database or storage was away, may simply be done again. A restore may not: a
 * person has agreed to what it was about to do then.
 */
export function mayRepeat(kind: JobKind): boolean {
  return !writesDatabase(kind);
}
