import { randomUUID } from 'node:crypto';
import { execute, query } from '@satchel/testing';
import { until } from './until.js';

export interface HeldLock {
  /** Ends the transaction that holds it. Safe to call twice. */
  free(): Promise<void>;
}

/**
 * Holds a lock in a transaction of its own, so that whoever needs it is surely in the middle of what they do.
 *
 * @param statement what takes it, e.g. `LOCK TABLE students_student`
 */
export async function holdLock(url: string, statement: string): Promise<HeldLock> {
  const name = `lock ${randomUUID()}`;
  let failed: unknown = null;
  const held = execute(
    url,
    `BEGIN; SET application_name = '${name}'; ${statement}; SELECT pg_sleep(600)`,
  ).catch((error: unknown) => (failed = error));
  await until('the lock', async () => {
    if (failed !== null) throw new Error(`not locked: ${statement}`, { cause: failed });
    const sleeping = await query(
      url,
      `SELECT FROM pg_stat_activity WHERE application_name = '${name}' AND wait_event = 'PgSleep'`,
    );
    return sleeping.length === 1;
  });
  return {
    free: async () => {
      await query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`,
      );
      await held;
    },
  };
}

/** Waits until somebody waits for a table or row of the database. */
export async function somebodyWaits(url: string): Promise<void> {
  await until('somebody to wait for the lock', async () => (await waiting(url)) > 0);
}

/** Waits until all who have ended are gone from the database, locks and transactions with them. */
export async function nobodyWaits(url: string): Promise<void> {
  await until('nobody to wait for a lock', async () => (await waiting(url)) === 0);
}

async function waiting(url: string): Promise<number> {
  const rows = await query(
    url,
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND wait_event IN ('relation', 'tuple', 'transactionid')`,
  );
  return rows.length;
}
