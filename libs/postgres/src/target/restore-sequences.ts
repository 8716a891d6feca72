import type { ClientBase } from 'pg';
import type { SequenceState } from '@satchel/domain';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../quote-identifier.js';

interface LiveSequence {
  readonly schema: string;
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
  readonly ascending: boolean;
  /** The first and the last value that it can have. */
  readonly min: string;
  readonly max: string;
  /** Whether it begins again after its last value, so that a later value need not be a larger one. */
  readonly cycles: boolean;
  /** The column that takes its values from it, if there is one. */
  readonly table: {
    readonly schema: string;
    readonly name: string;
    readonly column: string;
    readonly isInteger: boolean;
    readonly rootOid: number;
  } | null;
}

const SQL = /* sql */ `
  SELECT n.nspname AS schema, c.relname AS name, q.seqincrement > 0 AS ascending,
         q.seqmin::text AS min, q.seqmax::text AS max, q.seqcycle AS cycles,
         tn.nspname AS table_schema, t.relname AS table_name, a.attname AS column_name,
         a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AS is_integer,
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
      if (replace) wanted = state;
      else if (!live.cycles) wanted = further(live.ascending, wanted, state);
    }
    const last = live.cycles ? null : await lastKey(client, live);
    if (last !== null) wanted = further(live.ascending, wanted, { value: last, isCalled: true });
    if (String(wanted.value) === live.lastValue && wanted.isCalled === live.isCalled) continue;
    const name = quoteQualified(live);
    await client.query(`ALTER SEQUENCE ${name} RESTART`);
    await client.query(
      `SELECT pg_catalog.setval(${quoteLiteral(name)}::regclass, '${wanted.value}'::int8, ${wanted.isCalled})`,
    );
  }
}

interface SequenceRow {
  schema: string;
  name: string;
  ascending: boolean;
  min: string;
  max: string;
  cycles: boolean;
  table_schema: string | null;
  table_name: string | null;
  column_name: string | null;
  is_integer: boolean | null;
  root: string | null;
}

async function readSequences(
  client: ClientBase,
  stored: readonly SequenceState[],
  tables: ReadonlySet<number>,
): Promise<LiveSequence[]> {
  const { rows } = await client.query<SequenceRow>(SQL);
  const found: LiveSequence[] = [];
  for (const row of rows) {
    const { schema, name } = row;
    const serves = row.root !== null && tables.has(Number(row.root));
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
      min: row.min,
      max: row.max,
      cycles: row.cycles,
      table:
        tableSchema && tableName && column
          ? {
              schema: tableSchema,
              name: tableName,
              column,
              isInteger: row.is_integer === true,
              rootOid: Number(row.root),
            }
          : null,
    });
  }
  return found;
}

/** The largest key (the smallest, if it counts down) that the sequence could hand out. */
async function lastKey(
  client: ClientBase,
  { table, ascending, min, max }: LiveSequence,
): Promise<bigint | null> {
  if (table === null) return null;
  const column = quoteIdentifier(table.column);
  const from = quoteQualified(table);
  // A column may be of any type: of a text, only what is a whole number counts.
  const keys = table.isInteger
    ? `SELECT ${column} AS key FROM ${from}`
    : `SELECT CASE WHEN ${column}::text ~ '^-?[0-9]{1,19}$' THEN ${column}::text::numeric END AS key FROM ${from}`;
  const { rows } = await client.query<{ last: string | null }>(
    `SELECT ${ascending ? 'max' : 'min'}(key)::text AS last FROM (${keys}) k WHERE key BETWEEN ${min} AND ${max}`,
  );
  const last = rows[0]?.last ?? null;
  return last === null ? null : BigInt(last);
}

type State = { readonly value: bigint; readonly isCalled: boolean };

/** The state that hands out later values. */
function further(ascending: boolean, a: State, b: State): State {
  if (a.value === b.value) return a.isCalled ? a : b;
  return a.value > b.value === ascending ? a : b;
}
