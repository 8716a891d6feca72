import pg from 'pg';
import { query } from './create-test-database.js';

/** A lock that keeps others from going on until it is freed. */
export interface HeldLock {
  /** Ends the transaction that holds it. Safe to call twice. */
  free(): Promise<void>;
}

/**
 * Holds a lock in a transaction of its own, as another program would, so that whoever needs it is surely in the middle of what
 * they do.
 *
 * @param statement what takes it, e.g. `LOCK TABLE students_student`
 */
export async function holdLock(url: string, statement: string): Promise<HeldLock> {
  const client = new pg.Client({ connectionString: url });
  // The database may be dropped, or its server stopped, while it is held.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`BEGIN; ${statement}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  const end = async (): Promise<void> => {
    await client.query('ROLLBACK').catch(() => undefined);
    await client.end();
  };
  let ended: Promise<void> | undefined;
  return { free: () => (ended ??= end()) };
}

/**
 * The locks of one database alone: tests that run at the same time share its server and, with a template, the numbers of its
 * tables.
 *
 * @param condition on the columns of `pg_locks`
 */
export function locksOf(url: string, condition: string): Promise<{ readonly pid: number }[]> {
  return query(
    url,
    `SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database
     WHERE d.datname = current_database() AND (${condition})`,
  );
}
