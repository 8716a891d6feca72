import { JOB_KINDS, mayRepeat, type JobError, type JobState } from '@satchel/domain';
import type { CatalogDatabase, Statement } from './catalog-database.js';
import { storableError } from './storable-text.js';

/** How old the last look may be when something is read, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** How long after a look the next one begins, in milliseconds, so that those who read all the time need not wait for it. */
const LOOK_AGAIN_MS = 500;

/** How many times a job is taken up at most, if each time its process dies. */
export const MAX_ATTEMPTS = 3;

const REASON_BACKUP =
  'The process that made this backup ended before it was done. Nothing is stored of it; make it again.';
const REASON_WRITER =
  'The process that ran this restore ended before it was done. Its transaction ended with it, so unless it had just been committed the database is as it was; run it again.';
const REASON_OTHER = 'The process that did this ended before it was done. Ask for it again.';
const REASON_CANCELLED = 'Stopped on request, by the end of the process that was at work on it.';

/**
 * Running jobs whose process holds its lock no longer. What came from the queue and may be repeated is pending again, unless
 * somebody has asked to stop it; the rest is marked failed. One statement, so that a job which is finished at this
 * moment is left alone: its row is looked at again once the other's change is seen.
 *
 * @see PostgreSQL, pg_locks: the two halves of a bigint's lock are `classid` and `objid`, with `objsubid` 1
 */
const MARK_DEAD: Statement = {
  name: 'mark dead jobs',
  text: `
    WITH dead AS MATERIALIZED (
      SELECT "job_id",
        CASE
          WHEN "command" IS NULL OR "kind" <> ALL ($1) THEN 'failed'
          WHEN "cancel_requested_by" IS NOT NULL THEN 'cancelled'
          WHEN "attempt" >= ${MAX_ATTEMPTS} THEN 'failed'
          ELSE 'pending'
        END AS "next"
      FROM "satchel"."job" AS job
      WHERE "state" = 'running' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_locks AS lock
        WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
          AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
          AND (lock.classid::bigint << 32) | lock.objid::bigint = job."lock_key"
      )
      FOR UPDATE SKIP LOCKED
    )
    UPDATE "satchel"."job" AS job
    SET "state" = dead."next", "lock_key" = NULL, "worker_id" = NULL, "progress" = NULL,
      "started_at" = CASE WHEN dead."next" <> 'pending' THEN "started_at" END,
      "finished_at" = CASE WHEN dead."next" <> 'pending' THEN now() END,
      "error" = CASE
        WHEN dead."next" = 'pending' THEN NULL
        WHEN dead."next" = 'cancelled' THEN $2::jsonb
        WHEN "kind" = 'backup' THEN $3::jsonb
        WHEN "kind" IN ('restore', 'undo') THEN $4::jsonb
        ELSE $5::jsonb
      END
    FROM dead WHERE job."job_id" = dead."job_id" AND job."state" = 'running'
    RETURNING job."job_id", job."state"`,
  values: [
    JOB_KINDS.filter(mayRepeat),
    reason('cancelled', REASON_CANCELLED),
    reason('system_error', REASON_BACKUP),
    reason('system_error', REASON_WRITER),
    reason('system_error', REASON_OTHER),
  ],
};

/** Finds the jobs of processes that have died, and puts their records right. */
export class DeadJobs {
  readonly #database: CatalogDatabase;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #revived: string[] = [];

  constructor(database: CatalogDatabase) {
    this.#database = database;
  }

  /**
   * Puts them right before something is read, twice a second at most: reads are many, and each of these looks costs a
   * glance at all locks.
   */
  async beforeRead(): Promise<void> {
    const age = performance.now() - this.#lookedAt;
    if (age < LOOK_AGAIN_MS) return;
    this.#looking ??= this.look().finally(() => (this.#looking = undefined));
    if (age >= LOOK_EVERY_MS) await this.#looking;
    // The last one is good for a moment yet; whoever comes then hears what is wrong.
    else this.#looking.catch(() => undefined);
  }

  /** Puts them right now. @returns ids of jobs that are pending again, since this was last asked */
  async find(): Promise<readonly string[]> {
    await this.look();
    const revived = this.#revived;
    this.#revived = [];
    return revived;
  }

  /** Puts them right now. */
  async look(): Promise<void> {
    const { rows } = await this.#database.query<{ job_id: string; state: JobState }>(MARK_DEAD);
    this.#lookedAt = performance.now();
    if (rows.length === 0) return;
    this.#database.ownJobs.noteChange();
    this.#revived.push(...rows.filter(({ state }) => state === 'pending').map(({ job_id }) => job_id));
  }
}

function reason(kind: JobError['kind'], message: string): string {
  return storableError({ kind, message, context: {} });
}
