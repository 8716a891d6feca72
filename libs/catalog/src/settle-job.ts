import type { JobError, JobOutcome } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { storableError, storableJson } from './storable-text.js';

/**
 * What is handed back although somebody has asked to stop it is not done again.
 *
 * A row that is running is ended by this; to one that the use case has ended, a success's report is added. A row of another
 * attempt is another process' own, and stays as it is.
 */
const SETTLE = `
  UPDATE "satchel"."job" AS job
  SET "progress" = NULL,
    "report" = CASE WHEN $3 = 'success' AND job."state" IN ('running', 'success') THEN coalesce($4, job."report")
      ELSE job."report" END,
    "state" = CASE WHEN job."state" = 'running' THEN settled."state" ELSE job."state" END,
    "error" = CASE WHEN job."state" = 'running' THEN settled."error" ELSE job."error" END,
    "started_at" = CASE WHEN job."state" = 'running' AND settled."state" = 'pending' THEN NULL
      ELSE job."started_at" END,
    "finished_at" = CASE WHEN job."state" = 'running' AND settled."state" <> 'pending' THEN now()
      ELSE job."finished_at" END,
    "worker_id" = NULL, "lock_key" = NULL
  FROM (
    SELECT asked."job_id",
      CASE WHEN stopped THEN 'cancelled' ELSE $3 END AS "state",
      CASE WHEN stopped THEN $6::jsonb ELSE $5::jsonb END AS "error"
    FROM (
      SELECT "job_id", $3 = 'pending' AND "cancel_requested_by" IS NOT NULL AS stopped
      FROM "satchel"."job" WHERE "job_id" = $1 AND "attempt" = $2 FOR UPDATE
    ) AS asked
  ) AS settled
  WHERE job."job_id" = settled."job_id"`;

/** Why a job ended that was asked to stop. */
export const STOPPED: JobError = {
  kind: 'cancelled',
  message: 'Stopped on request; nothing was changed.',
  context: {},
};

/** Records how a job of this process ended, unless that is recorded already. */
export async function settleJob(
  database: CatalogDatabase,
  jobId: string,
  attempt: number,
  outcome: JobOutcome,
): Promise<void> {
  const report = outcome.state === 'success' ? outcome.report : undefined;
  const error = outcome.state === 'failed' || outcome.state === 'cancelled' ? outcome.error : null;
  await database.query({
    name: 'settle',
    text: SETTLE,
    values: [
      jobId,
      attempt,
      outcome.state,
      report === undefined || report === null ? null : JSON.stringify(storableJson(report)),
      error && storableError(error),
      storableError(STOPPED),
    ],
  });
  database.ownJobs.noteChange();
}
