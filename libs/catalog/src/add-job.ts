import {
  BackupError,
  JOB_KINDS,
  writesDatabase,
  type BackupId,
  type JobCommand,
  type JobKind,
  type JobRecord,
  type NewJob,
} from '@satchel/domain';
import type { PoolClient } from 'pg';
import { isDuplicate } from './catalog-error.js';
import { checkedId } from './checked-id.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import { shortText } from './short-text.js';
import { storableJson, storableText } from './storable-text.js';

/** What a command says of the backup that it is about. */
interface AddedJob {
  readonly scopeName: string | null;
  readonly name: string | null;
  readonly mode: string | null;
  readonly backupId: BackupId | null;
  readonly undoes: string | null;
  readonly file: string | null;
}

/** The rest, the catalog knows: what the backup is called, and which safety backup an undo restores. */
const INSERT = `
  INSERT INTO "satchel"."job" AS job ("job_id", "kind", "state", "scope_name", "name", "mode", "backup_id", "undoes",
    "location", "file", "requested_by", "created_at", "command", "attempt")
  SELECT $1::uuid, $2::text, 'pending', coalesce($3, backup."scope_name"), coalesce($4, backup."name"), $5::text,
    coalesce($6::uuid, undone."safety_backup_id"), $7::uuid, backup."location", coalesce($8, backup."file"),
    $9::text, $10::timestamptz, $11::jsonb, 0
  FROM (SELECT) AS one
    LEFT JOIN "satchel"."job" AS undone ON undone."job_id" = $7::uuid
    LEFT JOIN "satchel"."job" AS backup
      ON backup."job_id" = coalesce($6::uuid, undone."safety_backup_id") AND backup."kind" = 'backup'
  RETURNING ${JOB_COLUMNS}`;

/**
 * Inserts a job that waits to be taken up.
 *
 * @throws BackupError `conflict` if its id is taken
 */
export async function insertJob(client: Pick<PoolClient, 'query'>, job: NewJob): Promise<JobRecord> {
  const { jobId, command, requestedBy, createdAt } = job;
  const { scopeName, name, mode, backupId, undoes, file } = addedJob(jobId, command);
  try {
    const { rows } = await client.query<JobRow>(INSERT, [
      jobId,
      command.kind,
      scopeName === null ? null : shortText(scopeName),
      name === null ? null : storableText(name),
      mode,
      backupId,
      undoes,
      file === null ? null : storableText(file),
      requestedBy === null ? null : shortText(requestedBy),
      createdAt,
      JSON.stringify(storableJson(command)),
    ]);
    const [row] = rows;
    if (row) return jobRecordOf(row);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new BackupError('conflict', `The catalog already has a job ${jobId}.`, { jobId }, { cause: error });
  }
  throw new BackupError('system_error', `The job ${jobId} could not be added to the catalog.`, { jobId });
}

/**
 * Refuses a job that writes the database while another is pending or running.
 *
 * @throws BackupError `conflict`, which says who runs what since when
 */
export async function refuseSecondWriter(client: Pick<PoolClient, 'query'>): Promise<void> {
  const { rows } = await client.query<JobRow>(
    `SELECT ${JOB_COLUMNS} FROM "satchel"."job" AS job
     WHERE "state" IN ('pending', 'running') AND "kind" = ANY ($1)
     ORDER BY "state" DESC, "created_at", "job_id" LIMIT 1`,
    [WRITERS],
  );
  const [row] = rows;
  if (row === undefined) return;
  const { jobId, kind, state, requestedBy, createdAt, startedAt } = jobRecordOf(row);
  const since = (startedAt ?? createdAt).toISOString();
  const moment = `${since.slice(0, 10)} ${since.slice(11, 16)} UTC`;
  const who = requestedBy === null ? '' : ` asked for by ${requestedBy}`;
  const does = state === 'running' ? 'has been running' : 'has been waiting to run';
  throw new BackupError(
    'conflict',
    `${NOUNS[kind]}${who} ${does} since ${moment}. One job at a time may change the database: wait for it to end, or cancel it.`,
    { jobId, kind, requestedBy, since },
  );
}

/** Kinds of jobs of which one at a time may run. */
export const WRITERS: readonly JobKind[] = JOB_KINDS.filter(writesDatabase);

const NOUNS: Readonly<Record<JobKind, string>> = {
  backup: 'A backup',
  restore: 'A restore',
  undo: 'An undo of a restore',
  verify: 'A verification',
  cleanup: 'A cleanup',
  drill: 'A restore drill',
};

function addedJob(jobId: string, command: JobCommand): AddedJob {
  const none = { scopeName: null, name: null, mode: null, backupId: null, undoes: null, file: null };
  switch (command.kind) {
    case 'backup':
      return { ...none, scopeName: command.scopeName, name: command.name, backupId: jobId };
    case 'restore':
      return command.source.from === 'backup'
        ? { ...none, mode: command.mode, backupId: checkedId('backupId', command.source.backupId) }
        : { ...none, mode: command.mode, file: command.source.name };
    case 'undo':
      return { ...none, mode: 'replace', undoes: checkedId('restoreId', command.restoreId) };
    case 'verify':
      return { ...none, backupId: checkedId('backupId', command.backupId) };
    case 'cleanup':
      return none;
    case 'drill':
      return {
        ...none,
        scopeName: command.scopeName,
        backupId: command.backupId === null ? null : checkedId('backupId', command.backupId),
      };
  }
}
