import type { ClientBase, QueryResult } from 'pg';
import { quoteColumns, quoteIdentifier, quoteLiteral } from '../quote-identifier.js';
import type { TableRestore } from './table-restore.js';

/** How far the early writing of a table has come. */
export interface EarlyProgress {
  /** Rows added and rows changed by all statements so far. */
  readonly created: number;
  readonly updated: number;
  /** Staged rows that were looked at, those among them that the table had already. */
  readonly taken: number;
  /** `ctid` of the last of them. */
  readonly last: string;
}

/** Before the first statement. */
export const NOT_BEGUN: EarlyProgress = { created: 0, updated: 0, taken: 0, last: '(0,0)' };

/**
 * SQL of several statements, one of which returns the new progress (`last` null where no row was left): stores the next staged rows, at
 * most so many. A row that the restore has written is left alone, so that a key that the file has twice is refused or shows in the counts.
 */
export type EarlyStatement = (progress: EarlyProgress, rows: number) => string;

/**
 * Decides how the staged rows of a table are written best.
 * - By `MERGE`: it does not lock each row before it changes it, nor insert each one for a trial, which takes a tenth off the time.
 * - By `INSERT … ON CONFLICT` before PostgreSQL 15, and where `MERGE` could not be counted, or not find rows by the index of their key.
 *
 * @param table one that `mayWriteEarly`
 */
export async function chooseEarlyStatement(client: ClientBase, table: TableRestore): Promise<EarlyStatement> {
  const { rows: found } = await client.query<Circumstances>(CIRCUMSTANCES, [table.live.oid]);
  const { merges = false, created = 0, updated = 0, order = null } = found[0] ?? {};
  const own = new Set(names(table));
  const sorted = order?.filter(name => own.has(name)) ?? [];
  const by = sorted.length === 0 ? '' : ` ORDER BY ${quoteColumns(sorted)}`;
  const source = (progress: EarlyProgress, rows: number): string =>
    `SELECT * FROM (${next(table, table.columnList('s'), progress, rows)}) s${by}`;
  const taken = (progress: EarlyProgress, rows: number): string =>
    `(${next(table, 's.ctid', progress, rows)}) AS next`;

  if (merges && (await findsByIndex(client, merge(table, source(NOT_BEGUN, 1))))) {
    return (progress, rows) =>
      `${FIT} ${merge(table, source(progress, rows))}; ${AS_BEFORE}
       SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(${table.live.oid})::int - ${created} AS created,
              pg_catalog.pg_stat_get_xact_tuples_updated(${table.live.oid})::int - ${updated} AS updated,
              ${progress.taken} + count(*)::int AS taken, max(ctid)::text AS last FROM ${taken(progress, rows)}`;
  }
  return (progress, rows) =>
    `WITH written AS (${upsert(table, source(progress, rows))})
     SELECT ${progress.created} + count(*) FILTER (WHERE created)::int AS created,
            ${progress.updated} + count(*) FILTER (WHERE NOT created)::int AS updated,
            ${progress.taken} + (SELECT count(*)::int FROM ${taken(progress, rows)}) AS taken,
            (SELECT max(ctid)::text FROM ${taken(progress, rows)}) AS last
       FROM written`;
}

interface Circumstances {
  readonly merges: boolean;
  /** What the server has counted before; transactions of the same session may be among it that it has yet to report. */
  readonly created: number;
  readonly updated: number;
  /** The columns to sort rows by before they are written, those that the database computes among them; null for none. */
  readonly order: string[] | null;
}

/*
 * 15.2: the first whose MERGE computes all generated columns anew.
 * Rows come about as they lie in the table. They are sorted for the indexes that this order says little about: the next entry is then on
 * the same page or the next one, where else each would be on another, far away in the processor's memory. What has the fewest values
 * comes first, so that there are rows to be sorted by what comes next. Texts would take longer to sort than sorting gains.
 */
const CIRCUMSTANCES = /* sql */ `
  SELECT pg_catalog.current_setting('server_version_num')::int >= 150002
           AND pg_catalog.current_setting('track_counts')::boolean AS merges,
         pg_catalog.pg_stat_get_xact_tuples_inserted($1::oid)::int AS created,
         pg_catalog.pg_stat_get_xact_tuples_updated($1::oid)::int AS updated,
         (SELECT pg_catalog.json_agg(o.name ORDER BY o.values, o.name)
            FROM (SELECT DISTINCT a.attname AS name,
                         CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * t.reltuples ELSE s.n_distinct END AS values
                    FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                    JOIN pg_catalog.pg_am m ON m.oid = x.relam AND m.amname = 'btree'
                    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                    JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                    JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname
                                              AND s.attname = a.attname AND NOT s.inherited
                   WHERE i.indrelid = $1::oid AND pg_catalog.abs(s.correlation) < 0.5
                     AND (y.typbyval OR y.oid = 'pg_catalog.uuid'::pg_catalog.regtype)) o) AS order`;

/** Ways to join that read the whole table once for each statement. */
const UNFIT = ['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan'];
const FIT = UNFIT.map(name => `SET LOCAL ${name} = off;`).join(' ');
const AS_BEFORE = UNFIT.map(name => `SET LOCAL ${name} TO DEFAULT;`).join(' ');

/** Whether the server would look for each row by an index; one with another collation than its column's, say, it cannot use. */
async function findsByIndex(client: ClientBase, merge: string): Promise<boolean> {
  const answer: unknown = await client.query(`${FIT} EXPLAIN (COSTS OFF) ${merge}; ${AS_BEFORE}`);
  const lines = (answer as QueryResult<{ 'QUERY PLAN': string }>[]).flatMap(({ rows }) => rows);
  return lines.some(line => line['QUERY PLAN'].includes('Index Cond:'));
}

/**
 * `MERGE` by the key, in which a row that is this transaction's own is not found, and so is refused when it is added again. It
 * does not say which rows it has added; the server's own counts do.
 */
function merge(table: TableRestore, source: string): string {
  const values = table.columnList('s');
  const set = assignments(table, 's');
  const update =
    set === '' ? '' : `WHEN MATCHED AND ${table.differsIn(names(table), 'l', 's')} THEN UPDATE SET ${set}`;
  return `MERGE INTO ${table.from} AS l USING (${source}) s ON ${table.sameKey('l', 's')} AND ${isNotOurs('l')}
            ${update} WHEN NOT MATCHED THEN INSERT (${table.columnList()}) OVERRIDING SYSTEM VALUE VALUES (${values})`;
}

/** `created` is true for a row that was not there: PostgreSQL marks the row that an upsert has locked by `xmax`. */
function upsert(table: TableRestore, source: string): string {
  const set = assignments(table, 'excluded');
  const action =
    set === ''
      ? 'NOTHING'
      : `UPDATE SET ${set} WHERE ${isNotOurs('l')} AND ${table.differsIn(names(table), 'l', 'excluded')}`;
  return `INSERT INTO ${table.target} AS l (${table.columnList()}) OVERRIDING SYSTEM VALUE ${source}
            ON CONFLICT (${quoteColumns(table.key ?? [])}) DO ${action} RETURNING l.xmax = 0 AS created`;
}

/** The key too: what is equal as a key need not be the same bytes. Not what takes an explicit value in an insert only. */
function assignments(table: TableRestore, from: string): string {
  return table.columns
    .filter(column => column.identity !== 'always')
    .map(({ name }) => `${quoteIdentifier(name)} = ${from}.${quoteIdentifier(name)}`)
    .join(', ');
}

function isNotOurs(alias: string): string {
  return `${alias}.xmin <> pg_catalog.pg_current_xact_id()::pg_catalog.xid`;
}

function names(table: TableRestore): readonly string[] {
  return table.columns.map(column => column.name);
}

/** Staged rows after the last one that was written. A table that is new in this transaction is appended to only, and read in that order. */
function next(table: TableRestore, columns: string, { last }: EarlyProgress, rows: number): string {
  return `SELECT ${columns} FROM ${table.stage} s WHERE s.ctid > ${quoteLiteral(last)}::tid LIMIT ${rows}`;
}
