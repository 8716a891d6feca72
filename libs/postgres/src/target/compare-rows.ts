import type { ClientBase } from 'pg';
import { NO_ROWS, type DuplicateStrategy, type RestoreMode } from '@satchel/domain';
import { quoteIdentifier } from '../quote-identifier.js';
import { KIND, type DifferenceKind, type TableRestore } from './table-restore.js';

export interface CompareOptions {
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
}

/** From how many rows on the planner is given statistics of a staged table; below, its defaults do. */
const ANALYZE_ROWS = 1_000;

/**
 * Finds how staged rows differ from live ones, by key, and keeps the differences in a temporary table: kind
 * (`c`reate, `u`pdate, `d`elete) and, but for deletes, the whole staged row; of rows that were written early the key. Sets the
 * table's counts.
 *
 * Rows are compared by their stored bytes (`*<>`), so that `1.0` and `1.00` differ and types without equality compare.
 */
export async function compareRows(
  client: ClientBase,
  table: TableRestore,
  options: CompareOptions,
): Promise<void> {
  const deletes = options.mode === 'replace' && table.role === 'content';
  table.updates =
    table.role === 'content' && (options.mode === 'replace' || options.duplicateStrategy === 'update');
  if (table.takenRows >= ANALYZE_ROWS) {
    await client.query(`ANALYZE ${table.stage}`);
    if (table.equalRows !== null) await client.query(`ANALYZE ${table.liveStage}`);
  }
  await writeDifferences(client, table, deletes ? 'FULL' : 'LEFT');
  const found = await countKinds(client, table);
  const unchanged = table.storedRows - found.c - found.u;
  table.counts = {
    created: found.c,
    updated: table.updates ? found.u : 0,
    unchanged,
    skipped: table.updates ? 0 : found.u,
    deleted: found.d,
  };
}

/**
 * Compares tables that have no key to tell rows apart, as multisets of rows: they are equal, or all rows are exchanged.
 */
export async function compareWithoutKey(client: ClientBase, table: TableRestore): Promise<void> {
  // The rows' alias must not be the name of a column, which would be taken for it.
  const rows = `SELECT pg_catalog.count(*)::text AS rows,
                       pg_catalog.sum(pg_catalog.hashtextextended("satchel:row"::text, 0))::text AS content`;
  const [live, stored] = await Promise.all([
    client.query<{ rows: string; content: string | null }>(
      `${rows} FROM (SELECT ${table.columnList()} FROM ${table.from}) "satchel:row"`,
    ),
    client.query<{ rows: string; content: string | null }>(
      `${rows} FROM (SELECT ${table.columnList()} FROM ${table.stage}) "satchel:row"`,
    ),
  ]);
  const liveRows = Number(live.rows[0]?.rows ?? 0);
  const equal =
    live.rows[0]?.rows === stored.rows[0]?.rows && live.rows[0]?.content === stored.rows[0]?.content;
  table.counts = equal
    ? { ...NO_ROWS, unchanged: table.storedRows }
    : { ...NO_ROWS, created: table.storedRows, deleted: liveRows };
  table.method = 'reload';
}

/** Rows that `undo` puts back: those of `before` that are gone or differ, and those of `created` that are there. */
export async function compareForUndo(
  client: ClientBase,
  before: TableRestore,
  created: TableRestore | null,
): Promise<void> {
  const complete = before.match.stored.complete === true;
  before.updates = true;
  await writeDifferences(client, before, complete ? 'FULL' : 'LEFT');
  if (!complete && created !== null) {
    // The restore told rows apart by this key, which need not be the table's own.
    const key = (before.key ?? []).map(quoteIdentifier);
    await client.query(
      `INSERT INTO ${before.differences} (${[KIND, ...key].join(', ')})
         SELECT 'd', ${key.map(name => `l.${name}`).join(', ')}
           FROM ${created.stage} s JOIN ${before.from} l ON ${created.sameKey('l', 's')}`,
    );
  }
  const found = await countKinds(client, before);
  before.counts = {
    created: found.c,
    updated: found.u,
    unchanged: before.storedRows - found.c - found.u,
    skipped: 0,
    deleted: found.d,
  };
}

async function writeDifferences(
  client: ClientBase,
  table: TableRestore,
  join: 'LEFT' | 'FULL',
): Promise<void> {
  const names = table.columns.map(column => column.name);
  const key = new Set(table.key);
  // Staged values take the live column's type here; whether they fit it has been looked at before.
  const columns = table.match.columns.flatMap(({ live, mayNotFit }) => {
    if (live === null) return [];
    const name = quoteIdentifier(live.name);
    return [mayNotFit ? `s.${name}::${live.type} AS ${name}` : `s.${name}`];
  });
  // Rows that were written early are in the live table by now; which ones is all that is asked.
  const picked = table.columns.flatMap(column => {
    if (table.early !== null && !key.has(column.name)) return [];
    const name = quoteIdentifier(column.name);
    return join === 'FULL' && key.has(column.name)
      ? [`coalesce(s.${name}, l.${name}) AS ${name}`]
      : [`s.${name}`];
  });
  const differs = table.early?.allDiffered === true ? 'true' : table.differsIn(names, 's', 'l');
  await client.query(
    `CREATE TEMPORARY TABLE ${table.differences.replace('pg_temp.', '')} ON COMMIT DROP AS
       SELECT CASE WHEN l."satchel:live" IS NULL THEN 'c' WHEN s."satchel:staged" IS NULL THEN 'd' ELSE 'u' END::"char" AS ${KIND},
              ${picked.join(', ')}
         FROM (SELECT true AS "satchel:staged", ${columns.join(', ')} FROM ${table.stage} s) s
         ${join} JOIN (SELECT true AS "satchel:live", ${table.columnList()} FROM ${table.comparedWith}) l ON ${table.sameKey('s', 'l')}
        WHERE l."satchel:live" IS NULL OR s."satchel:staged" IS NULL OR ${differs}`,
  );
  table.compared = true;
}

async function countKinds(client: ClientBase, table: TableRestore): Promise<Record<DifferenceKind, number>> {
  const count = (kind: DifferenceKind): string =>
    `pg_catalog.count(*) FILTER (WHERE ${KIND} = '${kind}')::text AS ${kind}`;
  const { rows } = await client.query<Record<DifferenceKind, string>>(
    `SELECT ${count('c')}, ${count('u')}, ${count('d')} FROM ${table.differences}`,
  );
  const { c = 0, u = 0, d = 0 } = rows[0] ?? {};
  const counts = { c: Number(c), u: Number(u), d: Number(d) };
  if (counts.c + counts.u + counts.d >= ANALYZE_ROWS) await client.query(`ANALYZE ${table.differences}`);
  return counts;
}
