import type { DataSource } from 'typeorm';
import { storableError } from './storable-text.js';

const REASONS = {
  backup:
    'The process that made this backup ended before it was done. Nothing is stored of it; make it again.',
  restore:
    'The process that ran this restore ended before it was done. Its transaction ended with it, so unless it had just been committed the database is as it was; run it again.',
} as const;

/**
 * Marks those running records failed whose process holds its lock no longer. One statement, so that a record which is
 * finished at this moment is left alone: its row is looked at again once the other's change is seen.
 *
 * @see PostgreSQL, pg_locks: the two halves of a bigint's lock are `classid` and `objid`, with `objsubid` 1
 */
export async function failDeadRecords(dataSource: DataSource, kind: 'backup' | 'restore'): Promise<void> {
  await dataSource.query(
    `UPDATE "satchel"."${kind}" AS job
     SET "state" = 'failed', "finished_at" = now(), "error" = $1, "lock_key" = NULL
     WHERE job."state" = 'running' AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_locks AS lock
       WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
         AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
         AND (lock.classid::bigint << 32) | lock.objid::bigint = job."lock_key"
     )`,
    [storableError({ kind: 'system_error', message: REASONS[kind], context: {} })],
  );
}
