import type { BackupId } from '../backup/backup-id.js';
import type { Progress } from '../progress.js';
import type { JobCommand, JobKind } from './job-command.js';
import type { JobError, JobState } from './job.js';

/** How far a job is, and how fast; written to the catalog about twice a second. */
export interface JobProgress extends Progress {
  /** Since the phase began, averaged over the last seconds; null while too little is known. */
  readonly rowsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** An estimate for the phase; null where nothing is known. */
  readonly secondsLeft: number | null;
  readonly at: Date;
}

/** One job as history and status show it; those of the command line too. */
export interface JobRecord {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  /** The type of the backup that is made, restored or verified; null where it is not known. */
  readonly scopeName: string | null;
  /** What a person called the backup. */
  readonly name: string | null;
  /** A restore's mode. */
  readonly mode: string | null;
  /** The backup that is made, restored or verified; null for files of the old application. */
  readonly backupId: BackupId | null;
  /** The archive's name in the storage, or that of the file that was restored. */
  readonly file: string | null;
  readonly location: string | null;
  readonly requestedBy: string | null;
  /** When it was asked for. */
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Of the stored archive; backups only. */
  readonly sizeBytes: number | null;
  /** Rows in the backup. */
  readonly rows: number | null;
  readonly digest: string | null;
  /** When the backup was last read back whole and found right. */
  readonly verifiedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly safetyBackupId: BackupId | null;
  readonly progress: JobProgress | null;
  /** What the job has to say of what it did; its form depends on `kind`. */
  readonly report: unknown;
  readonly error: JobError | null;
  /** How many times it has been taken up. */
  readonly attempt: number;
  readonly cancelRequestedBy: string | null;
}

/** A job that is asked for. */
export interface NewJob {
  readonly jobId: string;
  readonly command: JobCommand;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
}

export const JOB_SORTS = [
  'created',
  'finished',
  'size',
  'rows',
  'duration',
  'name',
  'type',
  'state',
] as const;
export type JobSort = (typeof JOB_SORTS)[number];

export interface JobFilter {
  /** Any of these; none given means any. */
  readonly kinds?: readonly JobKind[];
  readonly states?: readonly JobState[];
  readonly scopeName?: string;
  readonly requestedBy?: string;
  readonly backupId?: BackupId;
  /** Whether the backup has been read back and found right since it was made; jobs without a backup are in neither list. */
  readonly verified?: boolean;
  /** Beginnings of words of name, file, type or person, or of the id; all of them must be found. Any text will do. */
  readonly search?: string;
  /** Both included. */
  readonly createdFrom?: Date;
  readonly createdTo?: Date;
  /** Records of deleted backups are left out unless asked for. */
  readonly includeDeleted?: boolean;
}

/** What has nothing to sort by counts as the smallest; equals follow the same order by when they were asked for, then by id. */
export interface JobPage {
  /** Default `created`, newest first. */
  readonly sort?: JobSort;
  readonly order?: 'asc' | 'desc';
  /** Default 50, at most 1000. */
  readonly limit?: number;
  readonly offset?: number;
}
