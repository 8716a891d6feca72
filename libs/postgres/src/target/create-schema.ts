import type { Client } from 'pg';
import { BackupError } from '@satchel/domain';
import { sqlState } from '../connection/index.js';
import { openSessionSql } from '../connection/session-settings.js';

/** A table or the like that somebody made: not PostgreSQL's, not an extension's, not the catalog's. */
const FIRST_RELATION = `
  SELECT n.nspname || '.' || c.relname AS label
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'satchel')
     AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY 1 LIMIT 1`;

/** @throws BackupError `conflict` if there is a table already */
export async function refuseUnlessEmpty(client: Client): Promise<void> {
  const { rows } = await client.query<{ label: string }>(FIRST_RELATION);
  const [first] = rows;
  if (first === undefined) return;
  throw new BackupError(
    'conflict',
    `The database is not empty: it has ${first.label}. A schema is created in an empty database only (createdb), so that nothing is mixed or lost. Nothing was changed.`,
    { table: first.label },
  );
}

/**
 * Runs one part of a definition in the restore's transaction, then pins the session's settings again, which pg_dump changes.
 *
 * @throws BackupError `restore_failed` with what the server refused
 */
export async function runDefinition(client: Client, sql: string, part: 'before' | 'after'): Promise<void> {
  try {
    await client.query(sql);
    await client.query(openSessionSql(false));
  } catch (error) {
    const state = sqlState(error);
    // Of these classes: connection lost, resources, stopped by somebody. They have nothing to do with the SQL.
    if (!(error instanceof Error) || state === null || /^(08|53|57|58)/.test(state)) throw error;
    throw new BackupError(
      'restore_failed',
      `The database's definition could not be built ${part === 'before' ? 'before' : 'after'} the rows: ${error.message}. Nothing was changed. ` +
        'The server may be older than the one that was backed up, or lack an extension.',
      { reason: error.message, sqlState: state },
      { cause: error },
    );
  }
}
