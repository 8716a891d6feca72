import type { JobError, JobKind, JobProgress, JobRecord, JobState } from '@satchel/domain';
import { bigintToNumber } from './bigint-to-number.js';

/** A row of the table of jobs, as the driver gives it. */
export interface JobRow {
  readonly job_id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly scope_name: string | null;
  readonly name: string | null;
  readonly mode: string | null;
  readonly backup_id: string | null;
  readonly file: string | null;
  readonly location: string | null;
  readonly requested_by: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly size_bytes: string | null;
  readonly rows: string | null;
  readonly digest: string | null;
  readonly verified_at: Date | null;
  readonly deleted_at: Date | null;
  readonly safety_backup_id: string | null;
  readonly progress: (Omit<JobProgress, 'at'> & { readonly at: string }) | null;
  readonly report: unknown;
  readonly error: JobError | null;
  readonly attempt: number;
  readonly cancel_requested_by: string | null;
}

const NAMES = [
  'job_id',
  'kind',
  'state',
  'scope_name',
  'name',
  'mode',
  'backup_id',
  'file',
  'location',
  'requested_by',
  'created_at',
  'started_at',
  'finished_at',
  'size_bytes',
  'rows',
  'digest',
  'verified_at',
  'deleted_at',
  'safety_backup_id',
  'progress',
  'report',
  'error',
  'attempt',
  'cancel_requested_by',
] as const satisfies readonly (keyof JobRow)[];

/** The columns of a `JobRow`, for a `SELECT` or `RETURNING` from the table called `job`. */
export const JOB_COLUMNS = NAMES.map(name => `job."${name}"`).join(', ');

/**
 * The record that a row holds; who is at work on it is the catalog's own business.
 *
 * @throws BackupError `system_error` for a size beyond all sizes
 */
export function jobRecordOf(row: JobRow): JobRecord {
  return {
    jobId: row.job_id,
    kind: row.kind,
    state: row.state,
    scopeName: row.scope_name,
    name: row.name,
    mode: row.mode,
    backupId: row.backup_id,
    file: row.file,
    location: row.location,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    sizeBytes: numberOf(row.size_bytes),
    rows: numberOf(row.rows),
    digest: row.digest,
    verifiedAt: row.verified_at,
    deletedAt: row.deleted_at,
    safetyBackupId: row.safety_backup_id,
    progress: row.progress && { ...row.progress, at: new Date(row.progress.at) },
    report: row.report,
    error: row.error,
    attempt: row.attempt,
    cancelRequestedBy: row.cancel_requested_by,
  };
}

function numberOf(bigint: string | null): number | null {
  return bigintToNumber.from(bigint) as number | null;
}
