import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';
import type { Suspension } from './triggers.js';

const SQL = /* sql */ `
  SELECT n.nspname AS schema, t.relname AS table, c.conname AS name,
         pg_catalog.pg_get_constraintdef(c.oid) AS definition, pg_catalog.obj_description(c.oid, 'pg_constraint') AS comment
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
   WHERE c.contype IN ('c', 'n') AND NOT c.convalidated AND c.coninhcount = 0
     AND coalesce((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
     AND c.conrelid = ANY ($1::oid[])
   ORDER BY 1, 2, 3`;

/**
 * Finds the `NOT VALID` checks of tables. Rows that break such a check may be in a backup, because they were there
 * before the check; they must come back, so the check is taken away for the while and comes back `NOT VALID`.
 */
export async function readUnvalidatedChecks(
  client: ClientBase,
  rootOids: readonly number[],
): Promise<Suspension[]> {
  const { rows } = await client.query<{
    schema: string;
    table: string;
    name: string;
    definition: string;
    comment: string | null;
  }>(SQL, [rootOids]);
  return rows.map(row => {
    const table = quoteQualified({ schema: row.schema, name: row.table });
    const name = quoteIdentifier(row.name);
    const resume = [`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${row.definition}`];
    if (row.comment !== null)
      resume.push(`COMMENT ON CONSTRAINT ${name} ON ${table} IS ${quoteLiteral(row.comment)}`);
    return { suspend: `ALTER TABLE ${table} DROP CONSTRAINT ${name}`, resume };
  });
}
