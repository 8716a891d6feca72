import type pg from 'pg';

/** One statement of a definition. */
export interface DefinitionStatement {
  /** For people: `table public.student`. */
  readonly what: string;
  readonly sql: string;
  /** Whether rows could not be put back without it, or would not be held against a rule that they were held against. */
  readonly required: boolean;
}

/** Objects that somebody has made: not PostgreSQL's own, not ours, and not of an extension, which brings its own. */
const own = (object: string, catalog: string, schema: string): string => `
  ${schema}.nspname !~ '^pg_' AND ${schema}.nspname NOT IN ('information_schema', 'satchel')
  AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${object}.oid AND e.deptype = 'e')`;

const SEQUENCE_OPTIONS = `concat('INCREMENT BY ', s.seqincrement, ' MINVALUE ', s.seqmin, ' MAXVALUE ', s.seqmax,
  ' START WITH ', s.seqstart, ' CACHE ', s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)`;

/** The tables $1 (schemas) and $2 (names), and all their partitions; a partition stands after what it is part of. */
const MEMBERS = `
  named AS (
    SELECT c.oid FROM unnest($1::text[], $2::text[]) AS t (schema, name)
    JOIN pg_namespace AS n ON n.nspname = t.schema
    JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.name AND c.relkind IN ('r', 'p')
  ), members AS (
    SELECT oid, 0 AS level FROM named
    UNION
    SELECT tree.relid::oid, tree.level FROM named, pg_partition_tree(named.oid) AS tree WHERE tree.level > 0
  )`;

/** What stands by itself; a statement that needs a later one is tried again after it. */
const PARTS: readonly { readonly required: boolean; readonly sql: string }[] = [
  {
    required: false,
    sql: `SELECT format('schema %I', n.nspname) AS what, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) AS sql
      FROM pg_namespace AS n WHERE ${own('n', 'pg_namespace', 'n')}`,
  },
  {
    required: false,
    sql: `SELECT format('extension %I', x.extname) AS what,
        format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I', x.extname, n.nspname) AS sql
      FROM pg_extension AS x JOIN pg_namespace AS n ON n.oid = x.extnamespace WHERE x.extname <> 'plpgsql'`,
  },
  {
    required: false,
    sql: `SELECT format('collation %I.%I', n.nspname, c.collname) AS what,
        format('CREATE COLLATION %I.%I (provider = %s, locale = %L, deterministic = %s)', n.nspname, c.collname,
          CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
          coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate), c.collisdeterministic::text) AS sql
      FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace WHERE ${own('c', 'pg_collation', 'n')}`,
  },
  {
    required: false,
    sql: `SELECT format('type %s', t.oid::regtype) AS what,
        CASE t.typtype
          WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
            (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum AS l WHERE l.enumtypid = t.oid))
          WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s%s %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
            CASE WHEN t.typcollation <> base.typcollation THEN format(' COLLATE %s', t.typcollation::regcollation) ELSE '' END,
            CASE WHEN t.typdefault IS NULL THEN '' ELSE ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0) END,
            CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
            (SELECT string_agg(format('CONSTRAINT %I %s', con.conname, pg_get_constraintdef(con.oid)), ' ' ORDER BY con.conname)
             FROM pg_constraint AS con WHERE con.contypid = t.oid AND con.contype = 'c'))
          WHEN 'r' THEN format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s)', n.nspname, t.typname,
            (SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid))
          ELSE format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname,
            (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
             FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
        END AS sql
      FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace LEFT JOIN pg_type AS base ON base.oid = t.typbasetype
      WHERE ${own('t', 'pg_type', 'n')} AND (t.typtype IN ('e', 'd', 'r')
        OR t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c')
      ORDER BY t.oid`,
  },
  {
    required: false,
    sql: `SELECT format('%s %s', CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid::regprocedure) AS what,
        pg_get_functiondef(p.oid) AS sql
      FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p') AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'internal') AND ${own('p', 'pg_proc', 'n')}
      ORDER BY p.oid`,
  },
  {
    // One of an identity column comes with its table.
    required: false,
    sql: `SELECT format('sequence %s', c.oid::regclass) AS what,
        format('CREATE SEQUENCE %s AS %s %s', c.oid::regclass, format_type(s.seqtypid, NULL), ${SEQUENCE_OPTIONS}) AS sql
      FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relpersistence <> 't' AND ${own('c', 'pg_class', 'n')}
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')`,
  },
];

const TABLES = `
  WITH ${MEMBERS}
  SELECT format('table %s', c.oid::regclass) AS what,
    CASE WHEN c.relispartition
      THEN format('CREATE TABLE %s PARTITION OF %s %s%s', c.oid::regclass, i.inhparent::regclass,
        pg_get_expr(c.relpartbound, c.oid), parted.by)
      ELSE format('CREATE TABLE %s (%s)%s', c.oid::regclass, columns.list, parted.by)
    END AS sql
  FROM members JOIN pg_class AS c ON c.oid = members.oid AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid AND c.relispartition
  CROSS JOIN LATERAL (SELECT CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END AS by) AS parted
  CROSS JOIN LATERAL (
    SELECT string_agg(format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
        THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END,
      CASE
        WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)',
          CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, s.seqrelid::regclass, ${SEQUENCE_OPTIONS})
        WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
        WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
        WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
      CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum) AS list
    FROM pg_attribute AS a
    JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_depend AS own ON own.refclassid = 'pg_class'::regclass AND own.refobjid = a.attrelid
      AND own.refobjsubid = a.attnum AND own.classid = 'pg_class'::regclass AND own.deptype = 'i' AND a.attidentity <> ''
    LEFT JOIN pg_sequence AS s ON s.seqrelid = own.objid
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns
  ORDER BY members.level, c.oid`;

/** Keys and rules; a partition has those of its root by being one. Foreign keys last, to tables that are there. */
const CONSTRAINTS = `
  WITH ${MEMBERS}
  SELECT format('constraint %I of %s', con.conname, con.conrelid::regclass) AS what,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', con.conrelid::regclass, con.conname, pg_get_constraintdef(con.oid)) AS sql,
    con.contype = 'f' AND con.confrelid NOT IN (SELECT oid FROM members) AS "leadsOut"
  FROM members JOIN pg_constraint AS con ON con.conrelid = members.oid
  WHERE con.contype IN ('p', 'u', 'x', 'c', 'f') AND con.conparentid = 0 AND con.coninhcount = 0
  ORDER BY con.contype = 'f', con.contype = 'c', con.oid`;

const INDEXES = `
  WITH ${MEMBERS}
  SELECT format('index %s', i.indexrelid::regclass) AS what, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS sql,
    i.indisunique AS required
  FROM members JOIN pg_index AS i ON i.indrelid = members.oid JOIN pg_class AS c ON c.oid = i.indexrelid
  WHERE NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint AS con WHERE con.conindid = c.oid AND con.contype IN ('p', 'u', 'x'))
  ORDER BY c.oid`;

/** Where a sequence stands after a restore depends on the column that it belongs to. */
const OWNERS = `
  WITH ${MEMBERS}
  SELECT format('owner of sequence %s', d.objid::regclass) AS what,
    format('ALTER SEQUENCE %s OWNED BY %s.%I', d.objid::regclass, d.refobjid::regclass, a.attname) AS sql
  FROM members JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = members.oid AND d.deptype = 'a'
  JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S' AND d.classid = 'pg_class'::regclass
  JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid`;

interface Row {
  readonly what: string;
  readonly sql: string;
  readonly required?: boolean;
  readonly leadsOut?: boolean;
}

/**
 * Reads from PostgreSQL's catalog what it takes to make the given tables elsewhere: their columns, defaults, sequences,
 * partitions, keys, rules and indexes, and the types and functions that these may need. Triggers, views, rights and
 * comments are left out: no row needs them.
 *
 * The connection's `search_path` must be empty, as `connect` leaves it, for names to be written in full.
 *
 * @returns statements in an order that mostly works, and foreign keys that lead out of the tables, in words
 */
export async function readDefinition(
  client: pg.ClientBase,
  tables: readonly { readonly schema: string; readonly name: string }[],
): Promise<{ readonly statements: readonly DefinitionStatement[]; readonly leftOut: readonly string[] }> {
  const names = [tables.map(({ schema }) => schema), tables.map(({ name }) => name)];
  const statements: DefinitionStatement[] = [];
  const leftOut: string[] = [];
  const add = (rows: readonly Row[], required: boolean): void => {
    for (const row of rows) {
      if (row.leadsOut === true)
        leftOut.push(`${row.what}: it refers to a table that the backup does not hold`);
      else statements.push({ what: row.what, sql: row.sql, required: row.required ?? required });
    }
  };
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const { sql, required } of PARTS) add((await client.query<Row>(sql)).rows, required);
    for (const sql of [TABLES, CONSTRAINTS, INDEXES]) add((await client.query<Row>(sql, names)).rows, true);
    add((await client.query<Row>(OWNERS, names)).rows, false);
  } finally {
    await client.query('ROLLBACK');
  }
  return { statements, leftOut };
}
