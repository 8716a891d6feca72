import { BackupError, type BackupId, type JobKind } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { isDuplicate } from './catalog-error.js';
import { lockKeyOf } from './life-signs.js';
import { shortText } from './short-text.js';
import { storableText } from './storable-text.js';

/** What a use case says of a job that it begins. */
export interface BegunJob {
  readonly kind: JobKind;
  readonly scopeName: string | null;
  readonly name: string | null;
  readonly mode: string | null;
  readonly backupId: BackupId | null;
  readonly undoes: string | null;
  readonly file: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
}

const COLUMNS = `"scope_name", "name", "mode", "backup_id", "undoes", "file", "requested_by", "started_at"`;

const INSERT = `
  INSERT INTO "satchel"."job" ("job_id", "kind", ${COLUMNS}, "created_at", "state", "attempt", "lock_key")
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 'running', 1, $11)`;

/** What the use case does not know stays as it was when the job was asked for. */
const GO_ON = `
  UPDATE "satchel"."job" AS job
  SET "scope_name" = coalesce($3, job."scope_name"), "name" = coalesce($4, job."name"),
    "mode" = coalesce($5, job."mode"), "backup_id" = coalesce($6, job."backup_id"),
    "undoes" = coalesce($7, job."undoes"), "file" = coalesce($8, job."file"),
    "requested_by" = coalesce($9, job."requested_by"), "started_at" = $10
  WHERE "job_id" = $1 AND "kind" = $2 AND "state" = 'running' AND "lock_key" = $11`;

/**
 * Records that a job has begun; the process holds its lock already.
 *
 * @param record `new`: there is none yet; `claimed`: this process has claimed the job, and goes on with its record
 * @throws BackupError `conflict` if a new one is there already, or the claimed one is no longer this process' own
 */
export async function beginJob(
  database: CatalogDatabase,
  jobId: string,
  job: BegunJob,
  record: 'new' | 'claimed',
): Promise<void> {
  const values = [
    jobId,
    job.kind,
    job.scopeName === null ? null : shortText(job.scopeName),
    job.name === null ? null : storableText(job.name),
    job.mode,
    job.backupId,
    job.undoes,
    job.file === null ? null : storableText(job.file),
    job.requestedBy === null ? null : shortText(job.requestedBy),
    job.startedAt,
    lockKeyOf(jobId),
  ];
  try {
    const { rowCount } = await database.query({ text: record === 'new' ? INSERT : GO_ON, values });
    database.ownJobs.noteChange();
    if (rowCount === 1) return;
  } catch (error) {
    if (!(error instanceof BackupError) || !isDuplicate(error.cause)) throw error;
    throw new BackupError(
      'conflict',
      `The catalog already has a job ${jobId}.`,
      { id: jobId },
      { cause: error },
    );
  }
  throw new BackupError('conflict', `The job ${jobId} is not this process' own any more; it ends here.`, {
    id: jobId,
  });
}
