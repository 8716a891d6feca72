import { setTimeout as pause } from 'node:timers/promises';
import {
  BackupError,
  isBackupId,
  JobStore,
  writesDatabase,
  type Claim,
  type JobCommand,
  type JobCounts,
  type JobFilter,
  type JobOutcome,
  type JobPage,
  type JobProgress,
  type JobRecord,
  type JobState,
  type NewJob,
  type WorkerRecord,
} from '@satchel/domain';
import { insertJob, refuseSecondWriter } from './add-job.js';
import type { CatalogDatabase } from './catalog-database.js';
import { checkedId } from './checked-id.js';
import { claimJob, lockWriters } from './claim-job.js';
import { jobConditions } from './job-conditions.js';
import { JobHistory } from './job-history.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import { lockKeyOf } from './life-signs.js';
import { settleJob, STOPPED } from './settle-job.js';
import { storableError, storableJson, storableText } from './storable-text.js';
import { streamJobs } from './stream-jobs.js';
import { WorkerTable } from './worker-table.js';

/** Who has asked to stop a job that another process has taken over, since this one was thought dead. */
const TAKEN_OVER = 'another worker, which has taken it over';

/** Notes progress, of this attempt only; asks at the same time who is at it and whether it is to stop. */
const BEAT = `
  UPDATE "satchel"."job"
  SET "progress" = CASE WHEN "state" = 'running' AND "attempt" = $2 THEN $3::jsonb ELSE "progress" END
  WHERE "job_id" = $1
  RETURNING "state", "attempt", "cancel_requested_by"`;

const CANCEL = `
  UPDATE "satchel"."job" AS job
  SET "cancel_requested_by" = coalesce(job."cancel_requested_by", $2),
    "state" = CASE job."state" WHEN 'pending' THEN 'cancelled' ELSE job."state" END,
    "finished_at" = CASE job."state" WHEN 'pending' THEN now() END,
    "error" = CASE job."state" WHEN 'pending' THEN $3::jsonb END
  WHERE "job_id" = $1 AND "state" IN ('pending', 'running')
  RETURNING ${JOB_COLUMNS}`;

/**
 * One job. `settling`: its use case has noted the success, and the process that ran it, which lives, is about to add the
 * report.
 */
const GET = `
  SELECT ${JOB_COLUMNS},
    CASE WHEN job."state" = 'success' AND job."worker_id" IS NOT NULL THEN EXISTS (
      SELECT FROM pg_catalog.pg_locks AS lock
      WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
        AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND (lock.classid::bigint << 32) | lock.objid::bigint = $2::bigint
    ) END AS "settling"
  FROM "satchel"."job" AS job WHERE "job_id" = $1`;

/** How often, and after how many milliseconds, a job that is settling is looked at again. */
const SETTLING_LOOKS = 25;
const SETTLING_PAUSE_MS = 20;

/**
 * Keeps jobs in the catalog's table of jobs, which the catalog itself writes too: what it begins and ends is a job here, and a
 * job that was claimed here is gone on with there, as long as both are built on the same `CatalogDatabase`.
 *
 * A job that may be repeated is ended by `settle` alone once it was claimed: its use case has failed only if it is not
 * tried again.
 */
export class TypeormJobStore extends JobStore {
  readonly #database: CatalogDatabase;
  readonly #history: JobHistory;
  readonly #workers: WorkerTable;

  constructor(database: CatalogDatabase) {
    super();
    this.#database = database;
    this.#history = new JobHistory(database);
    this.#workers = new WorkerTable(database);
  }

  override async add(job: NewJob, { wait = false }: { readonly wait?: boolean } = {}): Promise<JobRecord> {
    checkedId('jobId', job.jobId);
    const guarded = writesDatabase(job.command.kind) && !wait;
    // One whose process has died is in nobody's way.
    if (guarded) await this.#database.deadJobs.look();
    const added = await this.#database.transaction(async client => {
      if (guarded) {
        await lockWriters(client);
        await refuseSecondWriter(client);
      }
      return insertJob(client, job);
    });
    this.#database.ownJobs.noteChange();
    return added;
  }

  override async claim(jobId: string, workerId: string): Promise<Claim> {
    if (!isBackupId(jobId)) return 'gone';
    return claimJob(this.#database, jobId, storableText(workerId));
  }

  override async beat(jobId: string, progress: JobProgress | null): Promise<string | null> {
    const attempt = this.#database.ownJobs.attempt(jobId);
    if (attempt === undefined) return null;
    const { rows } = await this.#database.query<{
      state: JobState;
      attempt: number;
      cancel_requested_by: string | null;
    }>({
      name: 'beat',
      text: BEAT,
      values: [jobId, attempt, progress && JSON.stringify(storableJson(progress))],
    });
    const [row] = rows;
    if (row === undefined) return null;
    if (row.attempt !== attempt || row.state === 'pending') return TAKEN_OVER;
    return row.cancel_requested_by;
  }

  override async settle(jobId: string, outcome: JobOutcome): Promise<void> {
    const { ownJobs, lifeSigns } = this.#database;
    const attempt = ownJobs.attempt(jobId);
    if (attempt === undefined) return;
    await settleJob(this.#database, jobId, attempt, outcome);
    ownJobs.settle(jobId);
    await lifeSigns.release(lockKeyOf(jobId));
  }

  override async requestCancel(jobId: string, by: string): Promise<JobRecord> {
    if (!isBackupId(jobId)) throw notFound(jobId);
    await this.#database.deadJobs.beforeRead();
    const { rows } = await this.#database.query<JobRow>({
      text: CANCEL,
      values: [jobId, storableText(by), storableError(STOPPED)],
    });
    this.#database.ownJobs.noteChange();
    const [row] = rows;
    if (row) return jobRecordOf(row);
    const ended = await this.get(jobId);
    if (ended) return ended;
    throw notFound(jobId);
  }

  override async recoverDead(): Promise<readonly string[]> {
    return this.#database.deadJobs.find();
  }

  override async pending(): Promise<readonly string[]> {
    const { rows } = await this.#database.query<{ job_id: string }>({
      name: 'pending jobs',
      text: `SELECT "job_id" FROM "satchel"."job" WHERE "state" = 'pending' ORDER BY "created_at", "job_id"`,
    });
    return rows.map(row => row.job_id);
  }

  override async counts(): Promise<JobCounts> {
    await this.#database.deadJobs.beforeRead();
    const { rows } = await this.#database.query<{ pending: number; running: number }>({
      name: 'count jobs',
      text: `
        SELECT count(*) FILTER (WHERE "state" = 'pending')::int AS pending,
          count(*) FILTER (WHERE "state" = 'running')::int AS running
        FROM "satchel"."job" WHERE "state" IN ('pending', 'running')`,
    });
    return { pending: rows[0]?.pending ?? 0, running: rows[0]?.running ?? 0 };
  }

  override async commandOf(jobId: string): Promise<JobCommand | null> {
    if (!isBackupId(jobId)) return null;
    const { rows } = await this.#database.query<{ command: JobCommand | null }>({
      name: 'command of job',
      text: `SELECT "command" FROM "satchel"."job" WHERE "job_id" = $1`,
      values: [jobId],
    });
    return rows[0]?.command ?? null;
  }

  override async get(jobId: string): Promise<JobRecord | null> {
    if (!isBackupId(jobId)) return null;
    await this.#database.deadJobs.beforeRead();
    // Whoever follows a job looks no more once it has succeeded, and wants its report then.
    for (let looks = 1; ; looks += 1) {
      const { rows } = await this.#database.query<JobRow & { settling: boolean | null }>({
        name: 'get job',
        text: GET,
        values: [jobId, lockKeyOf(jobId)],
      });
      const [row] = rows;
      if (row === undefined) return null;
      if (row.settling !== true || looks === SETTLING_LOOKS) return jobRecordOf(row);
      await pause(SETTLING_PAUSE_MS);
    }
  }

  override async find(
    filter: JobFilter,
    page: JobPage = {},
  ): Promise<{ readonly total: number; readonly items: readonly JobRecord[] }> {
    return this.#history.find(filter, page);
  }

  override async *stream(
    filter: JobFilter,
    signal?: AbortSignal,
  ): AsyncGenerator<JobRecord, void, undefined> {
    await this.#database.deadJobs.beforeRead();
    const conditions = jobConditions(filter);
    yield* streamJobs(this.#database, conditions, await this.#history.indexedTerms(conditions), signal);
  }

  override async noteWorker(worker: WorkerRecord): Promise<void> {
    await this.#workers.note(worker);
  }

  override async forgetWorker(workerId: string): Promise<void> {
    await this.#workers.forget(workerId);
  }

  override async workers(): Promise<readonly WorkerRecord[]> {
    return this.#workers.list();
  }
}

function notFound(jobId: string): BackupError {
  return new BackupError('not_found', `There is no job ${JSON.stringify(jobId)}.`, { jobId });
}
