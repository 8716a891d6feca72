import type { ClientBase } from 'pg';
import { BackupError } from '@satchel/domain';

/** The first of the two numbers that name our advisory locks; PostgreSQL shows them in `pg_locks`. Spells "SAT1". */
const LOCK_CLASS = 0x53415431;

/** The second number: the one restore at a time that a database takes. */
const RESTORE_LOCK = 1;

/**
 * Takes the lock that a restore holds on its database until its connection ends, so that two never meet.
 *
 * @throws BackupError `conflict` that says who holds it and since when
 */
export async function takeRestoreLock(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_catalog.pg_try_advisory_lock($1, $2) AS taken',
    [LOCK_CLASS, RESTORE_LOCK],
  );
  if (rows[0]?.taken === true) return;
  const holder = await client.query<{ who: string | null; since: Date | null }>(
    `SELECT a.usename || coalesce(' from ' || a.client_addr::text, '') || ' (process ' || l.pid || ')' AS who, a.backend_start AS since
       FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = $2 AND l.granted
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`,
    [LOCK_CLASS, RESTORE_LOCK],
  );
  const { who, since } = holder.rows[0] ?? { who: null, since: null };
  throw new BackupError(
    'conflict',
    `Another restore is running in this database${who === null ? '' : `, by ${who}`}` +
      `${since === null ? '' : ` since ${since.toISOString()}`}. Wait until it is done.`,
    { holder: who, since: since?.toISOString() ?? null },
  );
}
