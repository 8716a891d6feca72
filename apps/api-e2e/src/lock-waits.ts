import { query } from '@satchel/testing';
import { until } from './until.js';

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
