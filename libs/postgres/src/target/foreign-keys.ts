import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';

/** One end of a foreign key; `rootOid` is the table itself, or the root of the partition tree that it is in. */
export interface ForeignKeyEnd {
  readonly rootOid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** SQL: the rows that the key is about, which are not those of tables that inherit from it. */
  readonly rows: string;
}

/** A foreign key that the database enforces, with what it takes to take it away and put it back. */
export interface ForeignKeyConstraint {
  readonly oid: number;
  readonly name: string;
  readonly from: ForeignKeyEnd;
  readonly to: ForeignKeyEnd;
  /** SQL, one for each column: `referenced <operator> referring`. */
  readonly operators: readonly string[];
  /** `pg_get_constraintdef`: everything, `NOT VALID` and deferrability included. */
  readonly definition: string;
  readonly deferrable: boolean;
  readonly validated: boolean;
  /** Whether deleting or changing a referenced row only checks (`NO ACTION`), rather than acting or refusing at once. */
  readonly checksOnly: boolean;
  readonly matchFull: boolean;
  readonly comment: string | null;
  /** The unique index of the referenced table that it needs. */
  readonly indexOid: number;
}

const SQL = /* sql */ `
  SELECT c.oid::int8::text AS oid, c.conname AS name, c.conindid::int8::text AS index_oid,
         pg_catalog.pg_get_constraintdef(c.oid) AS definition,
         c.condeferrable AS deferrable, c.convalidated AS validated,
         c.confdeltype = 'a' AND c.confupdtype = 'a' AS checks_only,
         c.confmatchtype = 'f' AS match_full,
         pg_catalog.obj_description(c.oid, 'pg_constraint') AS comment,
         coalesce(pg_catalog.pg_partition_root(c.conrelid), c.conrelid)::oid::int8::text AS from_root,
         fn.nspname AS from_schema, f.relname AS from_name, f.relkind AS from_kind,
         (SELECT pg_catalog.json_agg(a.attname ORDER BY k.n) FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY k(attnum, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS from_columns,
         coalesce(pg_catalog.pg_partition_root(c.confrelid), c.confrelid)::oid::int8::text AS to_root,
         tn.nspname AS to_schema, t.relname AS to_name, t.relkind AS to_kind,
         (SELECT pg_catalog.json_agg(a.attname ORDER BY k.n) FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY k(attnum, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS to_columns,
         (SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY k.n)
            FROM pg_catalog.unnest(c.conpfeqop) WITH ORDINALITY k(operator, n)
            JOIN pg_catalog.pg_operator o ON o.oid = k.operator
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace) AS operators
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_class f ON f.oid = c.conrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
    JOIN pg_catalog.pg_class t ON t.oid = c.confrelid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
   WHERE c.contype = 'f' AND c.conparentid = 0
     -- Not enforced ones (18 and later; the member is absent before) check nothing, so they are never in the way.
     AND coalesce((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
     AND (coalesce(pg_catalog.pg_partition_root(c.conrelid), c.conrelid)::oid = ANY ($1::oid[])
       OR coalesce(pg_catalog.pg_partition_root(c.confrelid), c.confrelid)::oid = ANY ($1::oid[]))
   ORDER BY fn.nspname, f.relname, c.conname`;

interface Row {
  oid: string;
  name: string;
  definition: string;
  deferrable: boolean;
  validated: boolean;
  checks_only: boolean;
  match_full: boolean;
  comment: string | null;
  index_oid: string;
  from_root: string;
  from_schema: string;
  from_name: string;
  from_kind: string;
  from_columns: string[];
  to_root: string;
  to_schema: string;
  to_name: string;
  to_kind: string;
  to_columns: string[];
  operators: string[];
}

/** Reads every enforced foreign key that starts or ends at one of the tables, but for those that partitions inherit. */
export async function readForeignKeys(
  client: ClientBase,
  rootOids: readonly number[],
): Promise<ForeignKeyConstraint[]> {
  const { rows } = await client.query<Row>(SQL, [rootOids]);
  return rows.map(row => ({
    oid: Number(row.oid),
    name: row.name,
    from: {
      rootOid: Number(row.from_root),
      schema: row.from_schema,
      name: row.from_name,
      columns: row.from_columns,
      rows: rowsOf(row.from_kind, row.from_schema, row.from_name),
    },
    to: {
      rootOid: Number(row.to_root),
      schema: row.to_schema,
      name: row.to_name,
      columns: row.to_columns,
      rows: rowsOf(row.to_kind, row.to_schema, row.to_name),
    },
    operators: row.operators,
    definition: row.definition,
    deferrable: row.deferrable,
    validated: row.validated,
    checksOnly: row.checks_only,
    matchFull: row.match_full,
    comment: row.comment,
    indexOid: Number(row.index_oid),
  }));
}

function rowsOf(kind: string, schema: string, name: string): string {
  return `${kind === 'p' ? '' : 'ONLY '}${quoteQualified({ schema, name })}`;
}

export function dropForeignKey(key: ForeignKeyConstraint): string {
  return `ALTER TABLE ${quoteQualified(key.from)} DROP CONSTRAINT ${quoteIdentifier(key.name)}`;
}

/** Puts a dropped foreign key back as it was, which checks every row unless it was `NOT VALID`. */
export function addForeignKey(key: ForeignKeyConstraint): string[] {
  const table = quoteQualified(key.from);
  const name = quoteIdentifier(key.name);
  const statements = [`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${key.definition}`];
  if (key.comment !== null) {
    statements.push(`COMMENT ON CONSTRAINT ${name} ON ${table} IS ${quoteLiteral(key.comment)}`);
  }
  return statements;
}

/** Lets a foreign key that checks each statement wait until the end of the transaction. */
export function makeDeferrable(key: ForeignKeyConstraint): string {
  return `ALTER TABLE ${quoteQualified(key.from)} ALTER CONSTRAINT ${quoteIdentifier(key.name)} DEFERRABLE INITIALLY DEFERRED`;
}

/** The way back from `makeDeferrable`. */
export function makeNotDeferrable(key: ForeignKeyConstraint): string {
  return `ALTER TABLE ${quoteQualified(key.from)} ALTER CONSTRAINT ${quoteIdentifier(key.name)} NOT DEFERRABLE`;
}

/**
 * The condition under which a row of `from` needs a row of `to`: simple match ignores a row with any null,
 * `MATCH FULL` one with only nulls.
 */
export function refersToSomething(key: ForeignKeyConstraint, alias: string): string {
  const tests = key.from.columns.map(column => `${alias}.${quoteIdentifier(column)} IS NOT NULL`);
  return `(${tests.join(key.matchFull ? ' OR ' : ' AND ')})`;
}

/** The condition under which a row of `from` refers to a row of `to`, by the key's own operators. */
export function refersTo(key: ForeignKeyConstraint, to: string, from: string): string {
  return key.from.columns
    .map((column, at) => {
      const referenced = quoteIdentifier(key.to.columns[at] ?? '');
      return `${to}.${referenced} ${key.operators[at] ?? '='} ${from}.${quoteIdentifier(column)}`;
    })
    .join(' AND ');
}
