import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';
import type { Suspension } from './triggers.js';

/*
 * A check that a table inherits can only be taken from where it was made, so the way leads from the tables and their
 * partitions up to there, and takes note of all copies that were validated by themselves.
 */
const OF_TABLES = /* sql */ `
  WITH RECURSIVE member AS (
    SELECT m.oid FROM pg_catalog.unnest($1::oid[]) AS m(oid)
    UNION
    SELECT p.relid::oid FROM pg_catalog.unnest($1::oid[]) AS m(oid), pg_catalog.pg_partition_tree(m.oid::regclass) p
  ), enforced AS (
    SELECT c.* FROM pg_catalog.pg_constraint c
     WHERE c.contype IN ('c', 'n') AND c.conrelid <> 0
       AND coalesce((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
  ), line AS (
    SELECT c.conrelid, c.conname, c.contype FROM enforced c
     WHERE NOT c.convalidated AND c.conrelid IN (SELECT oid FROM member)
    UNION
    SELECT c.conrelid, c.conname, c.contype
      FROM line
      JOIN pg_catalog.pg_inherits i ON i.inhrelid = line.conrelid
      JOIN enforced c ON c.conrelid = i.inhparent AND c.conname = line.conname AND c.contype = line.contype
  ), origin AS (
    SELECT c.* FROM enforced c JOIN line USING (conrelid, conname, contype)
     WHERE c.coninhcount = 0 OR (c.conislocal AND NOT c.convalidated)
  ), copy AS (
    SELECT o.oid AS origin, o.conrelid, o.conname, o.contype FROM origin o
    UNION
    SELECT copy.origin, c.conrelid, c.conname, c.contype
      FROM copy
      JOIN pg_catalog.pg_inherits i ON i.inhparent = copy.conrelid
      JOIN enforced c ON c.conrelid = i.inhrelid AND c.conname = copy.conname AND c.contype = copy.contype
  )
  SELECT n.nspname AS schema, t.relname AS table, o.conname AS name, pg_catalog.pg_get_constraintdef(o.oid) AS definition,
         pg_catalog.obj_description(o.oid, 'pg_constraint') AS comment,
         (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('schema', cn.nspname, 'name', ct.relname) ORDER BY cn.nspname, ct.relname), '[]')
            FROM copy
            JOIN enforced c ON c.conrelid = copy.conrelid AND c.conname = copy.conname AND c.contype = copy.contype AND c.convalidated
            JOIN pg_catalog.pg_class ct ON ct.oid = c.conrelid
            JOIN pg_catalog.pg_namespace cn ON cn.oid = ct.relnamespace
           WHERE copy.origin = o.oid AND copy.conrelid <> o.conrelid) AS validated
    FROM origin o
    JOIN pg_catalog.pg_class t ON t.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
   ORDER BY o.coninhcount, 1, 2, 3`;

/** Of domains that the tables' columns have, directly or inside arrays, composites, ranges and other domains. */
const OF_DOMAINS = /* sql */ `
  WITH RECURSIVE used AS (
    SELECT a.atttypid AS oid FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT part.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid CROSS JOIN LATERAL (
      SELECT t.typbasetype AS oid UNION ALL SELECT t.typelem
      UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
      UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped
    ) part WHERE part.oid <> 0
  )
  SELECT n.nspname AS schema, t.typname AS table, c.conname AS name, pg_catalog.pg_get_constraintdef(c.oid) AS definition,
         pg_catalog.obj_description(c.oid, 'pg_constraint') AS comment
    FROM used
    JOIN pg_catalog.pg_type t ON t.oid = used.oid AND pg_catalog.pg_has_role(t.typowner, 'USAGE')
    JOIN pg_catalog.pg_constraint c ON c.contypid = t.oid AND c.contype = 'c' AND NOT c.convalidated
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   ORDER BY 1, 2, 3`;

interface Row {
  schema: string;
  table: string;
  name: string;
  definition: string;
  comment: string | null;
}

/**
 * Finds the `NOT VALID` checks of tables and their partitions. Rows that break such a check may be in a backup, because
 * they were there before the check; they must come back, so the check is taken away for the while and comes back
 * `NOT VALID`, but for the copies of it that had been validated.
 */
export async function readUnvalidatedChecks(
  client: ClientBase,
  rootOids: readonly number[],
): Promise<Suspension[]> {
  const { rows } = await client.query<Row & { validated: { schema: string; name: string }[] }>(OF_TABLES, [
    rootOids,
  ]);
  return rows.map(row => {
    const table = quoteQualified({ schema: row.schema, name: row.table });
    const name = quoteIdentifier(row.name);
    const resume = [`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${row.definition}`];
    if (row.comment !== null)
      resume.push(`COMMENT ON CONSTRAINT ${name} ON ${table} IS ${quoteLiteral(row.comment)}`);
    for (const copy of row.validated)
      resume.push(`ALTER TABLE ${quoteQualified(copy)} VALIDATE CONSTRAINT ${name}`);
    return { suspend: `ALTER TABLE ${table} DROP CONSTRAINT ${name}`, resume };
  });
}

/** Finds the `NOT VALID` checks of the tables' domains, for the same reason; they act on rows that are only staged, too. */
export async function readUnvalidatedDomainChecks(
  client: ClientBase,
  tableOids: readonly number[],
): Promise<Suspension[]> {
  const { rows } = await client.query<Row>(OF_DOMAINS, [tableOids]);
  return rows.map(row => {
    const domain = quoteQualified({ schema: row.schema, name: row.table });
    const name = quoteIdentifier(row.name);
    const resume = [`ALTER DOMAIN ${domain} ADD CONSTRAINT ${name} ${row.definition}`];
    if (row.comment !== null)
      resume.push(`COMMENT ON CONSTRAINT ${name} ON DOMAIN ${domain} IS ${quoteLiteral(row.comment)}`);
    return { suspend: `ALTER DOMAIN ${domain} DROP CONSTRAINT ${name}`, resume };
  });
}
