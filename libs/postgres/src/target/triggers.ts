import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteQualified } from '../quote-identifier.js';

/** A statement that keeps something from acting on restored rows, and the one that puts it back as it was. */
export interface Suspension {
  readonly suspend: string;
  readonly resume: readonly string[];
}

const SQL = /* sql */ `
  WITH member AS (
    SELECT m.oid FROM pg_catalog.unnest($1::oid[]) AS m(oid)
    UNION
    SELECT p.relid::oid FROM pg_catalog.unnest($1::oid[]) AS m(oid), pg_catalog.pg_partition_tree(m.oid::regclass) p
  )
  SELECT n.nspname AS schema, c.relname AS table, 'TRIGGER' AS what, t.tgname AS name, t.tgenabled AS state
    FROM member m
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = m.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
    JOIN pg_catalog.pg_class c ON c.oid = m.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT n.nspname, c.relname, 'RULE', r.rulename, r.ev_enabled
    FROM member m
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = m.oid AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'
    JOIN pg_catalog.pg_class c ON c.oid = m.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY 1, 2, 3, 4`;

const ENABLE: Readonly<Record<string, string>> = { O: 'ENABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' };

/**
 * Finds the triggers and rules that would act on restored rows, each with the way to switch it off and back into the
 * same state. Each table of a partition tree is treated by itself: their states can differ.
 */
export async function readTriggers(client: ClientBase, rootOids: readonly number[]): Promise<Suspension[]> {
  const { rows } = await client.query<{
    schema: string;
    table: string;
    what: string;
    name: string;
    state: string;
  }>(SQL, [rootOids]);
  return rows.map(row => {
    const table = `ALTER TABLE ONLY ${quoteQualified({ schema: row.schema, name: row.table })}`;
    const name = quoteIdentifier(row.name);
    return {
      suspend: `${table} DISABLE ${row.what} ${name}`,
      resume: [`${table} ${ENABLE[row.state] ?? 'ENABLE'} ${row.what} ${name}`],
    };
  });
}
