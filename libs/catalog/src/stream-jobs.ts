import { throwIfCancelled, type JobRecord } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { whereOf, type JobConditions } from './job-conditions.js';
import { jobOrder, orderBy } from './job-order.js';
import type { SearchTerm } from './job-search.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';

/** Rows fetched at once. */
const BATCH_ROWS = 500;

/**
 * Reads all jobs that match, newest first, as of one moment: through a cursor on the server, in batches. The connection is
 * given back when the last has been read, the reader stops, or something fails.
 *
 * @param indexed the words to look up in their index, where only few match; see `whereOf`
 * @throws BackupError `cancelled` once the signal is aborted; as `CatalogDatabase.ask` does
 */
export async function* streamJobs(
  database: CatalogDatabase,
  conditions: JobConditions,
  indexed: readonly SearchTerm[],
  signal: AbortSignal | undefined,
): AsyncGenerator<JobRecord, void, undefined> {
  throwIfCancelled(signal);
  const { where, values } = whereOf(conditions, indexed);
  const { client, release } = await database.connect();
  let lost: Error | undefined;
  try {
    await database.ask(async () => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // Planned for the first rows, not for all; and a reader may be slow.
      await client.query(
        'SET LOCAL cursor_tuple_fraction = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
      );
      await client.query(
        `DECLARE "jobs" NO SCROLL CURSOR FOR
         SELECT ${JOB_COLUMNS} FROM "satchel"."job" AS job ${where} ORDER BY ${orderBy(jobOrder({}), 'job')}`,
        [...values],
      );
    });
    for (;;) {
      const { rows } = await database.ask(() =>
        client.query<JobRow>(`FETCH FORWARD ${BATCH_ROWS} FROM "jobs"`),
      );
      for (const row of rows) {
        throwIfCancelled(signal);
        yield jobRecordOf(row);
      }
      if (rows.length < BATCH_ROWS) return;
    }
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => (lost = error));
    release(lost);
  }
}
