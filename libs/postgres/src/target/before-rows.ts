import type { Client } from 'pg';
import type {
  OmittedObject,
  Relation,
  RowBatch,
  SequenceState,
  Slice,
  SourceHeader,
  SourceSession,
} from '@satchel/domain';
import { schemaDigest } from '@satchel/domain';
import { storedColumns, toRelation, type CatalogColumn } from '../catalog/index.js';
import { quoteIdentifier } from '../quote-identifier.js';
import { copyOut } from '../source/copy-out.js';
import { rowFormat } from '../source/row-format.js';
import { KIND, type TableRestore } from './table-restore.js';

interface BeforeRelation {
  readonly relation: Relation;
  readonly columns: readonly CatalogColumn[];
  /** Null where there is nothing to read: the table was empty. */
  readonly query: string | null;
  readonly rows: number;
}

/**
 * Reads, inside the restore's own transaction, what the restore is about to change: of each table either all rows (where
 * they will be exchanged) or those that will be updated or deleted, and the keys of those that will be created.
 */
export async function openBefore(
  client: Client,
  tables: readonly TableRestore[],
  signal: AbortSignal | undefined,
): Promise<SourceSession> {
  const source = await readSource(client, tables);
  return new BeforeRows(client, source, tables.flatMap(beforeRelations), signal);
}

class BeforeRows implements SourceSession {
  readonly snapshotId = null;
  readonly jobs = 1;
  readonly omitted: readonly OmittedObject[] = [];
  readonly relations: readonly Relation[];

  constructor(
    private readonly client: Client,
    readonly source: SourceHeader,
    private readonly before: readonly BeforeRelation[],
    private readonly signal: AbortSignal | undefined,
  ) {
    this.relations = before.map(one => one.relation);
  }

  slices(): Promise<readonly Slice[]> {
    return Promise.resolve(
      this.before.flatMap(({ query, rows }, relation) =>
        query === null ? [] : [{ relation, estimatedRows: rows, estimatedBytes: rows * 100 }],
      ),
    );
  }

  async *copyOut(slice: Slice): AsyncIterable<RowBatch> {
    const before = this.before[slice.relation];
    if (!before || before.query === null) return;
    yield* copyOut(this.client, {
      sql: `COPY (${before.query}) TO STDOUT`,
      format: rowFormat(before.columns),
      signal: this.signal,
    });
  }

  /** Sequences never run backwards in an undo, so where they stood is of no use. */
  sequences(): Promise<readonly SequenceState[]> {
    return Promise.resolve([]);
  }

  /** The connection is the restore's, which goes on. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function beforeRelations(table: TableRestore): BeforeRelation[] {
  const columns = storedColumns(table.live);
  const list = columns.map(column => `l.${quoteIdentifier(column.name)}`).join(', ');
  const complete = table.method !== 'reconcile';
  const before: BeforeRelation = {
    relation: { ...toRelation(table.live, 'before'), complete },
    columns,
    query: beforeQuery(table, list),
    rows: (table.counts?.updated ?? 0) + (table.counts?.deleted ?? 0),
  };
  if (complete || table.key === null || (table.counts?.created ?? 0) === 0) return [before];
  const keyColumns = table.key.flatMap(name => columns.filter(column => column.name === name));
  const created: BeforeRelation = {
    relation: {
      ...toRelation(table.live, 'created'),
      columns: before.relation.columns.filter(column => table.key?.includes(column.name)),
      key: table.key,
      references: [],
    },
    // In the table's order, as the columns above.
    columns: columns.filter(column => keyColumns.includes(column)),
    query: `SELECT ${columns
      .filter(column => keyColumns.includes(column))
      .map(column => quoteIdentifier(column.name))
      .join(', ')} FROM ${table.differences} WHERE ${KIND} = 'c'`,
    rows: table.counts?.created ?? 0,
  };
  return [before, created];
}

function beforeQuery(table: TableRestore, list: string): string | null {
  if (table.method === 'load') return null;
  if (table.method === 'reload') return `SELECT ${list} FROM ${table.from} l`;
  // What live rows were compared with is small, but has the file's columns only.
  const stored = new Set(table.columns.map(column => column.name));
  const rows = storedColumns(table.live).every(column => stored.has(column.name))
    ? table.comparedWith
    : table.from;
  return `SELECT ${list} FROM ${rows} l JOIN ${table.differences} d ON ${table.sameKey('l', 'd')}
           WHERE d.${KIND} IN (${table.removedKinds})`;
}

async function readSource(client: Client, tables: readonly TableRestore[]): Promise<SourceHeader> {
  const { rows } = await client.query<{ version: string; database: string; encoding: string }>(
    `SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
            pg_catalog.current_database() AS database, pg_catalog.current_setting('server_encoding') AS encoding`,
  );
  const { version = '', database = '', encoding = '' } = rows[0] ?? {};
  const relations = tables.map(table => toRelation(table.live, 'before'));
  return { server: `PostgreSQL ${version}`, database, encoding, schemaDigest: schemaDigest(relations) };
}
