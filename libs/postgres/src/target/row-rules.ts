import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../quote-identifier.js';
import type { TableRestore } from './table-restore.js';

/** Something that each row of a table must keep by itself. */
export interface RowRule {
  /** The columns it is about. */
  readonly columns: readonly string[];
  /** Null for a column that must have a value. */
  readonly constraint: string | null;
  /** SQL: a condition on the table's columns, unqualified, that holds for rows which break the rule. */
  readonly broken: string;
}

/* Checks that read computed or system columns, or a row as a whole, are left to the database. */
const SQL = /* sql */ `
  SELECT c.conname AS name, pg_catalog.pg_get_expr(c.conbin, c.conrelid) AS condition,
         (SELECT pg_catalog.json_agg(a.attname ORDER BY k.n) FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY k(attnum, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns
    FROM pg_catalog.pg_constraint c
   WHERE c.conrelid = $1::oid AND c.contype = 'c' AND c.convalidated
     AND coalesce((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
     AND pg_catalog.array_length(c.conkey, 1) > 0 AND 0 < ALL (c.conkey)
   ORDER BY c.conname`;

/** Reads the rules that the table's staged columns are enough to look at, columns without null first. */
export async function readRowRules(client: ClientBase, table: TableRestore): Promise<RowRule[]> {
  const present = new Set(table.columns.map(column => column.name));
  const { rows } = await client.query<{ name: string; condition: string; columns: string[] }>(SQL, [
    table.live.oid,
  ]);
  return [
    ...table.columns
      .filter(column => column.notNull)
      .map(column => ({
        columns: [column.name],
        constraint: null,
        broken: `${quoteIdentifier(column.name)} IS NULL`,
      })),
    ...rows
      .filter(row => row.columns.every(name => present.has(name)))
      .map(row => ({ columns: row.columns, constraint: row.name, broken: `NOT (${row.condition})` })),
  ];
}
