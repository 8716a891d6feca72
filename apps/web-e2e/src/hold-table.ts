import { execute, query } from '@satchel/testing';
import { setTimeout as delay } from 'node:timers/promises';

/** A lock on a table, which keeps jobs from going on until it is released. */
export interface HeldTable {
  release(): Promise<void>;
}

/**
 * Locks a table as another program would.
 *
 * @param mode `ACCESS EXCLUSIVE` stops those who read it, `ROW EXCLUSIVE` only a restore
 */
export async function holdTable(
  databaseUrl: string,
  table: string,
  mode: 'ACCESS EXCLUSIVE' | 'ROW EXCLUSIVE',
): Promise<HeldTable> {
  const name = `holds ${table}`;
  const holding = execute(
    databaseUrl,
    `BEGIN; SET LOCAL application_name = '${name}'; LOCK TABLE ${table} IN ${mode} MODE; SELECT pg_sleep(600)`,
  ).catch(() => undefined);
  const holders = (what: string) =>
    query(
      databaseUrl,
      `SELECT ${what} FROM pg_stat_activity a JOIN pg_locks l USING (pid)
       WHERE a.application_name = '${name}' AND l.relation = '${table}'::regclass AND l.granted`,
    );
  while ((await holders('pid')).length === 0) await delay(5);
  return {
    release: async () => {
      await holders('pg_terminate_backend(pid)');
      await holding;
    },
  };
}
