import type { ClientBase } from 'pg';

/** What keeps rows of a table apart: a unique index, or an exclusion constraint. */
export interface UniqueIndex {
  readonly name: string;
  /** Columns it compares; null where an expression, a condition or an exclusion decides. */
  readonly columns: readonly string[] | null;
  /** SQL, one for each column. */
  readonly operators: readonly string[];
  /** Whether it is checked at the end of the transaction rather than row by row. */
  readonly deferrable: boolean;
}

const SQL = /* sql */ `
  SELECT x.relname AS name, NOT i.indimmediate AS deferrable,
         i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indisexclusion
           AND NOT coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS plain,
         (SELECT pg_catalog.json_agg(a.attname ORDER BY k.n) FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
           WHERE k.n <= i.indnkeyatts) AS columns,
         (SELECT pg_catalog.json_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY k.n)
            FROM pg_catalog.unnest(i.indclass::oid[]) WITH ORDINALITY k(opclass, n)
            JOIN pg_catalog.pg_opclass c ON c.oid = k.opclass
            JOIN pg_catalog.pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
                                     AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
            JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
           WHERE k.n <= i.indnkeyatts) AS operators
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
   WHERE i.indrelid = $1::oid AND (i.indisunique OR i.indisexclusion) AND i.indislive
   ORDER BY i.indisprimary DESC, x.relname`;

/** Reads what keeps a table's rows apart, the primary key first. */
export async function readUniqueIndexes(client: ClientBase, tableOid: number): Promise<UniqueIndex[]> {
  const { rows } = await client.query<{
    name: string;
    deferrable: boolean;
    plain: boolean;
    columns: string[] | null;
    operators: string[] | null;
  }>(SQL, [tableOid]);
  return rows.map(row => {
    const plain = row.plain && row.columns !== null && row.operators?.length === row.columns.length;
    return {
      name: row.name,
      columns: plain ? row.columns : null,
      operators: plain ? (row.operators ?? []) : [],
      deferrable: row.deferrable,
    };
  });
}
