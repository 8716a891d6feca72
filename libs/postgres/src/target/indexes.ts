import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';

/** An index that can be dropped before a load and built again after it, with nothing lost in between. */
export interface SuspendableIndex {
  readonly oid: number;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** `pg_get_indexdef`: a whole `CREATE INDEX` statement. */
  readonly definition: string;
  readonly tablespace: string | null;
  readonly comment: string | null;
  readonly isClustered: boolean;
  readonly isReplicaIdentity: boolean;
  /** The primary key or unique constraint that stands on it. */
  readonly constraint: {
    readonly name: string;
    readonly kind: 'PRIMARY KEY' | 'UNIQUE';
    readonly deferrable: boolean;
    readonly initiallyDeferred: boolean;
    readonly comment: string | null;
  } | null;
}

/*
 * Left in place, because building them again would lose or break something: exclusion and temporal constraints, invalid
 * indexes, parts of partitioned indexes, indexes with statistics targets of their own, and those that anything but an
 * enforced foreign key depends on (a view that groups by the primary key does).
 */
const SQL = /* sql */ `
  SELECT i.indexrelid::int8::text AS oid, n.nspname AS schema, t.relname AS table, x.relname AS name,
         pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, s.spcname AS tablespace,
         pg_catalog.obj_description(i.indexrelid, 'pg_class') AS comment,
         i.indisclustered AS is_clustered, i.indisreplident AS is_replica_identity,
         c.conname AS constraint_name, c.contype AS constraint_type, c.condeferrable AS deferrable,
         c.condeferred AS initially_deferred, pg_catalog.obj_description(c.oid, 'pg_constraint') AS constraint_comment
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace
    LEFT JOIN pg_catalog.pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')
   WHERE i.indrelid = $1::oid AND t.relkind = 'r' AND x.relkind = 'i' AND NOT x.relispartition
     AND i.indisvalid AND i.indisready AND i.indislive AND NOT i.indisexclusion
     AND coalesce(c.contype, 'u') <> 'x'
     AND NOT coalesce((pg_catalog.to_jsonb(c) ->> 'conperiod')::boolean, false)
     AND coalesce(c.coninhcount, 0) = 0
     AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = i.indexrelid AND coalesce(a.attstattarget, -1) >= 0)
     AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                       LEFT JOIN pg_catalog.pg_constraint f ON d.classid = 'pg_catalog.pg_constraint'::regclass AND f.oid = d.objid
                      WHERE ((d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indexrelid)
                          OR (d.refclassid = 'pg_catalog.pg_constraint'::regclass AND d.refobjid = c.oid))
                        AND d.deptype IN ('n', 'a', 'P', 'S')
                        AND NOT (coalesce(f.contype, 'n') = 'f' AND coalesce((pg_catalog.to_jsonb(f) ->> 'conenforced')::boolean, true)))
   -- Smallest first would do as well; names make the order, and so the locks and the log, the same each time.
   ORDER BY c.contype = 'p' DESC NULLS LAST, x.relname`;

interface Row {
  oid: string;
  schema: string;
  table: string;
  name: string;
  definition: string;
  tablespace: string | null;
  comment: string | null;
  is_clustered: boolean;
  is_replica_identity: boolean;
  constraint_name: string | null;
  constraint_type: string | null;
  deferrable: boolean | null;
  initially_deferred: boolean | null;
  constraint_comment: string | null;
}

/** Reads a table's indexes that may be suspended; an ordinary table only, partitioned ones keep theirs. */
export async function readSuspendableIndexes(
  client: ClientBase,
  tableOid: number,
): Promise<SuspendableIndex[]> {
  const { rows } = await client.query<Row>(SQL, [tableOid]);
  return rows.map(row => ({
    oid: Number(row.oid),
    schema: row.schema,
    table: row.table,
    name: row.name,
    definition: row.definition,
    tablespace: row.tablespace,
    comment: row.comment,
    isClustered: row.is_clustered,
    isReplicaIdentity: row.is_replica_identity,
    constraint:
      row.constraint_name === null
        ? null
        : {
            name: row.constraint_name,
            kind: row.constraint_type === 'p' ? 'PRIMARY KEY' : 'UNIQUE',
            deferrable: row.deferrable === true,
            initiallyDeferred: row.initially_deferred === true,
            comment: row.constraint_comment,
          },
  }));
}

export function dropIndex(index: SuspendableIndex): string {
  if (index.constraint !== null) {
    return `ALTER TABLE ${tableOf(index)} DROP CONSTRAINT ${quoteIdentifier(index.constraint.name)}`;
  }
  return `DROP INDEX ${quoteQualified(index)}`;
}

/** Builds a dropped index again and gives it back all that it had: tablespace, constraint, comments, roles. */
export function buildIndex(index: SuspendableIndex): string[] {
  const table = tableOf(index);
  const name = quoteIdentifier(index.name);
  const statements = [
    `SET LOCAL default_tablespace = ${quoteLiteral(index.tablespace ?? '')}`,
    index.definition,
  ];
  const { constraint } = index;
  if (constraint !== null) {
    const timing = constraint.deferrable
      ? ` DEFERRABLE INITIALLY ${constraint.initiallyDeferred ? 'DEFERRED' : 'IMMEDIATE'}`
      : '';
    statements.push(
      `ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(constraint.name)} ${constraint.kind} USING INDEX ${name}${timing}`,
    );
    if (constraint.comment !== null) {
      statements.push(
        `COMMENT ON CONSTRAINT ${quoteIdentifier(constraint.name)} ON ${table} IS ${quoteLiteral(constraint.comment)}`,
      );
    }
  }
  if (index.comment !== null)
    statements.push(`COMMENT ON INDEX ${quoteQualified(index)} IS ${quoteLiteral(index.comment)}`);
  if (index.isClustered) statements.push(`ALTER TABLE ${table} CLUSTER ON ${name}`);
  if (index.isReplicaIdentity) statements.push(`ALTER TABLE ${table} REPLICA IDENTITY USING INDEX ${name}`);
  return statements;
}

function tableOf(index: SuspendableIndex): string {
  return quoteQualified({ schema: index.schema, name: index.table });
}
