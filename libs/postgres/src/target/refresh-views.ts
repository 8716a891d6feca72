import type { ClientBase } from 'pg';
import { quoteQualified } from '../quote-identifier.js';

/*
 * Every populated materialised view that reads one of the tables, directly or through other views; the longest way to
 * a table orders them, so that a view comes after those it reads.
 */
const SQL = /* sql */ `
  WITH RECURSIVE reads AS (
    SELECT DISTINCT r.ev_class AS view, d.refobjid AS relation
      FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                                 AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
     WHERE r.rulename = '_RETURN'
  ), changed AS (
    SELECT m.oid FROM pg_catalog.unnest($1::oid[]) AS m(oid)
    UNION
    SELECT p.relid::oid FROM pg_catalog.unnest($1::oid[]) AS m(oid), pg_catalog.pg_partition_tree(m.oid::regclass) p
  ), member AS (
    SELECT oid FROM changed
    UNION
    -- A query of a table also reads those that inherit from it.
    SELECT i.inhparent FROM member JOIN pg_catalog.pg_inherits i ON i.inhrelid = member.oid
  ), affected AS (
    SELECT view, 1 AS depth FROM reads WHERE relation IN (SELECT oid FROM member)
    UNION
    SELECT reads.view, affected.depth + 1 FROM reads JOIN affected ON reads.relation = affected.view
  )
  SELECT n.nspname AS schema, c.relname AS name
    FROM affected
    JOIN pg_catalog.pg_class c ON c.oid = affected.view
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'm' AND c.relispopulated
   GROUP BY 1, 2
   ORDER BY max(depth), 1, 2`;

/** Fills the materialised views anew that show the given tables; one that was never populated stays so. */
export async function refreshViews(client: ClientBase, rootOids: readonly number[]): Promise<void> {
  if (rootOids.length === 0) return;
  const { rows } = await client.query<{ schema: string; name: string }>(SQL, [rootOids]);
  for (const view of rows) await client.query(`REFRESH MATERIALIZED VIEW ${quoteQualified(view)}`);
}
