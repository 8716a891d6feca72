import type { ClientBase } from 'pg';
import type { SequenceState } from '@satchel/domain';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';

interface LiveSequence {
  readonly schema: string;
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
  readonly ascending: boolean;
  /** The column that takes its values from it, if there is one. */
  readonly table: {
    readonly schema: string;
    readonly name: string;
    readonly column: string;
    readonly rootOid: number;
  } | null;
}

const SQL = /* sql */ `
  SELECT n.nspname AS schema, c.relname AS name, q.seqincrement > 0 AS ascending,
         tn.nspname AS table_schema, t.relname AS table_name, a.attname AS column_name,
         coalesce(pg_catalog.pg_partition_root(t.oid), t.oid)::oid::int8::text AS root
    FROM pg_catalog.pg_sequence q
    JOIN pg_catalog.pg_class c ON c.oid = q.seqrelid AND c.relpersistence <> 't'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                                    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   ORDER BY 1, 2`;

/**
 * Sets sequences so that no stored key is handed out again: in `replace` to what the archive says, in `merge` never
 * backwards, in both at least past the largest key of the table they serve.
 *
 * `setval` alone would outlive a rollback; `ALTER SEQUENCE … RESTART` first gives the sequence a new file that goes with
 * the transaction.
 *
 * @param tables root oids of the tables that the restore changes
 */
export async function restoreSequences(
  client: ClientBase,
  stored: readonly SequenceState[],
  tables: ReadonlySet<number>,
  replace: boolean,
): Promise<void> {
  for (const live of await readSequences(client, stored, tables)) {
    const saved = stored.find(sequence => sequence.schema === live.schema && sequence.name === live.name);
    let wanted = { value: BigInt(live.lastValue), isCalled: live.isCalled };
    if (saved !== undefined) {
      const state = { value: BigInt(saved.lastValue), isCalled: saved.isCalled };
      wanted = replace ? state : further(live.ascending, wanted, state);
    }
    const last = await lastKey(client, live);
    if (last !== null) wanted = further(live.ascending, wanted, { value: last, isCalled: true });
    if (String(wanted.value) === live.lastValue && wanted.isCalled === live.isCalled) continue;
    const name = quoteQualified(live);
    await client.query(`ALTER SEQUENCE ${name} RESTART`);
    await client.query(
      `SELECT pg_catalog.setval(${quoteLiteral(name)}::regclass, ${wanted.value}, ${wanted.isCalled})`,
    );
  }
}

async function readSequences(
  client: ClientBase,
  stored: readonly SequenceState[],
  tables: ReadonlySet<number>,
): Promise<LiveSequence[]> {
  const { rows } = await client.query<Record<string, string | null> & { ascending: boolean }>(SQL);
  const found: LiveSequence[] = [];
  for (const row of rows) {
    const [schema, name] = [row['schema'] ?? '', row['name'] ?? ''];
    const serves = row['root'] !== null && tables.has(Number(row['root']));
    if (!serves && !stored.some(sequence => sequence.schema === schema && sequence.name === name)) continue;
    const state = await client.query<{ last_value: string; is_called: boolean }>(
      `SELECT last_value::text, is_called FROM ${quoteQualified({ schema, name })}`,
    );
    const { table_schema: tableSchema, table_name: tableName, column_name: column } = row;
    found.push({
      schema,
      name,
      lastValue: state.rows[0]?.last_value ?? '1',
      isCalled: state.rows[0]?.is_called ?? false,
      ascending: row.ascending,
      table:
        tableSchema && tableName && column
          ? { schema: tableSchema, name: tableName, column, rootOid: Number(row['root']) }
          : null,
    });
  }
  return found;
}

async function lastKey(client: ClientBase, sequence: LiveSequence): Promise<bigint | null> {
  if (sequence.table === null) return null;
  const { rows } = await client.query<{ last: string | null }>(
    `SELECT ${sequence.ascending ? 'max' : 'min'}(${quoteIdentifier(sequence.table.column)})::text AS last
       FROM ${quoteQualified(sequence.table)}`,
  );
  const last = rows[0]?.last ?? null;
  // A column may be a number of any kind, or a text; only whole numbers come from a sequence.
  return last !== null && /^-?\d+$/.test(last) ? BigInt(last) : null;
}

type State = { readonly value: bigint; readonly isCalled: boolean };

/** The state that hands out later values. */
function further(ascending: boolean, a: State, b: State): State {
  if (a.value === b.value) return a.isCalled ? a : b;
  return a.value > b.value === ascending ? a : b;
}
