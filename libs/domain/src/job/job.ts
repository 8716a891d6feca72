import type { BackupId } from '../backup/backup-id.js';
import type { ErrorKind } from '../errors.js';

export const JOB_STATES = ['pending', 'running', 'success', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a job's record keeps of an error: no stack, no SQL, no path. */
export interface JobError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A backup as the catalog lists it. */
export interface BackupRecord {
  readonly backupId: BackupId;
  readonly scopeName: string;
  readonly name: string | null;
  readonly state: JobState;
  /** Absolute folder (or another storage's name) and file; null until it is known. */
  readonly location: string | null;
  readonly file: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly sizeBytes: number | null;
  readonly rows: number | null;
  readonly digest: string | null;
  /** When it was last read back whole and found right; null if never. */
  readonly verifiedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly error: JobError | null;
}

/** A restore as the catalog lists it. */
export interface RestoreRecord {
  readonly restoreId: string;
  /** The backup's id as its file says; null for files of the old application. */
  readonly backupId: BackupId | null;
  readonly file: string;
  readonly mode: string;
  readonly state: JobState;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The safety backup that `undo` would put back; null if there is none. */
  readonly safetyBackupId: BackupId | null;
  readonly report: unknown;
  readonly error: JobError | null;
}
