import { writesDatabase, type Claim, type JobCommand, type JobKind } from '@satchel/domain';
import type { PoolClient } from 'pg';
import { WRITERS } from './add-job.js';
import type { CatalogDatabase } from './catalog-database.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import { lockKeyOf } from './life-signs.js';

/** Taken by transactions that let a job which writes the database in: the bytes of `satchelW`. */
const WRITERS_LOCK = '8314037903265425495';

/** Makes one decision at a time, over all processes, about who may write the database; until the transaction's end. */
export async function lockWriters(client: Pick<PoolClient, 'query'>): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [WRITERS_LOCK]);
}

const CLAIM = `
  UPDATE "satchel"."job" AS job
  SET "state" = 'running', "attempt" = job."attempt" + 1, "started_at" = now(), "finished_at" = NULL, "error" = NULL,
    "progress" = NULL, "worker_id" = $2, "lock_key" = $3
  WHERE "job_id" = $1 AND "state" = 'pending' AND "command" IS NOT NULL
  RETURNING ${JOB_COLUMNS}, job."command"`;

type ClaimedRow = JobRow & { readonly command: JobCommand };

/**
 * Takes a job up. The lock comes first, so that a job which is seen as running has a lock that can be seen, and so that of
 * many who try at once one goes on.
 */
export async function claimJob(database: CatalogDatabase, jobId: string, workerId: string): Promise<Claim> {
  const lockKey = lockKeyOf(jobId);
  if (!(await database.ask(() => database.lifeSigns.tryHold(lockKey)))) return 'gone';
  let claim: Claim = 'gone';
  try {
    claim = await update(database, jobId, [jobId, workerId, lockKey]);
    return claim;
  } finally {
    if (typeof claim === 'string') await database.lifeSigns.release(lockKey);
    else {
      database.ownJobs.claim(jobId, claim.job.attempt);
      database.ownJobs.noteChange();
    }
  }
}

async function update(database: CatalogDatabase, jobId: string, values: readonly unknown[]): Promise<Claim> {
  const { rows: found } = await database.query<{ kind: JobKind }>({
    name: 'kind of pending job',
    text: `SELECT "kind" FROM "satchel"."job" WHERE "job_id" = $1 AND "state" = 'pending'`,
    values: [jobId],
  });
  const kind = found[0]?.kind;
  if (kind === undefined) return 'gone';
  if (!writesDatabase(kind)) {
    return claimed((await database.query<ClaimedRow>({ name: 'claim', text: CLAIM, values })).rows);
  }
  // A writer whose process has died is no reason to wait.
  await database.deadJobs.beforeRead();
  return database.transaction(async client => {
    await lockWriters(client);
    const { rows: running } = await client.query(
      `SELECT FROM "satchel"."job" WHERE "state" = 'running' AND "kind" = ANY ($1) LIMIT 1`,
      [WRITERS],
    );
    if (running.length > 0) return 'busy';
    return claimed((await client.query<ClaimedRow>(CLAIM, [...values])).rows);
  });
}

function claimed([row]: readonly ClaimedRow[]): Claim {
  return row === undefined ? 'gone' : { job: jobRecordOf(row), command: row.command };
}
