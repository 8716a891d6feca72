import type { ArchiveHeader, Relation, RestoreRequest, RowBatch, SequenceState } from '@satchel/domain';
import { scopeIncludes } from '@satchel/domain';
import { storedColumns, readRelations, toRelation } from '../../catalog/index.js';
import { connect, parseConnectionString } from '../../connection/index.js';
import { quoteColumns, quoteQualified } from '../../quote-identifier.js';
import { copyOut } from '../../source/copy-out.js';
import { rowFormat } from '../../source/row-format.js';
import { PostgresTarget } from '../postgres-target.js';
import type { StageSizes } from '../stage-sizes.js';

/** A small database's rows, as an archive would hold them. */
export interface Stored {
  readonly relations: Relation[];
  readonly rows: string[][];
  readonly sequences: SequenceState[];
}

/** Reads tables into memory: what a backup of them would hold. */
export async function store(url: string, include: readonly string[] = ['*']): Promise<Stored> {
  const client = await connect(settingsOf(url), { applicationName: 'test' });
  try {
    const live = (await readRelations(client)).filter(table =>
      scopeIncludes({ include, exclude: [] }, table),
    );
    const rows: string[][] = [];
    for (const table of live) {
      const columns = storedColumns(table);
      const list = quoteColumns(columns.map(column => column.name));
      const from = `${table.kind === 'table' ? 'ONLY ' : ''}${quoteQualified(table)}`;
      const lines: string[] = [];
      for await (const batch of copyOut(client, {
        sql: `COPY (SELECT ${list} FROM ${from}) TO STDOUT`,
        format: rowFormat(columns),
      })) {
        lines.push(...Buffer.from(batch.bytes).toString('utf8').split('\n').slice(0, -1));
      }
      rows.push(lines);
    }
    const found = await client.query<{ schema: string; name: string; last: string; called: boolean }>(
      `SELECT schemaname AS schema, sequencename AS name, coalesce(last_value, start_value)::text AS last,
              last_value IS NOT NULL AS called FROM pg_sequences`,
    );
    const sequences = found.rows.map(row => ({
      schema: row.schema,
      name: row.name,
      lastValue: Number(row.last),
      isCalled: row.called,
    }));
    return { relations: live.map(table => toRelation(table, 'content')), rows, sequences };
  } finally {
    await client.end();
  }
}

export function settingsOf(url: string): ReturnType<typeof parseConnectionString> {
  return parseConnectionString(url, {});
}

export function headerOf(
  stored: Pick<Stored, 'relations'>,
  safety?: { restoreId: string; transactionId: string },
): ArchiveHeader {
  return {
    satchel: 1,
    backup: {
      id: '00000000-0000-4000-8000-000000000000',
      type: 'full',
      name: null,
      createdAt: '2026-01-01T00:00:00Z',
      createdBy: null,
      snapshot: null,
      product: 'test',
      ...(safety ? { safety } : {}),
    },
    source: { server: 'PostgreSQL', database: 'test', encoding: 'UTF8', schemaDigest: 'sha256:' },
    relations: stored.relations,
  };
}

export function requestOf(
  stored: Pick<Stored, 'relations'>,
  options: Partial<RestoreRequest> = {},
): RestoreRequest {
  return {
    restoreId: '00000000-0000-4000-8000-000000000001',
    header: headerOf(stored),
    mode: 'merge',
    duplicateStrategy: 'update',
    allowMissing: false,
    fill: {},
    dryRun: false,
    sampleRows: 0,
    ...options,
  };
}

/** Rows in batches of a given size. */
export async function* batchesOf(rows: readonly string[], size = 1000): AsyncIterable<RowBatch> {
  for (let at = 0; at < rows.length; at += size) {
    const some = rows.slice(at, at + size);
    yield await Promise.resolve({
      bytes: Buffer.from(some.map(row => `${row}\n`).join('')),
      rows: some.length,
    });
  }
}

/**
 * Restores what was stored; `keepBefore` also returns the rows that were about to change, as a safety backup would.
 * With smaller `sizes`, few rows are restored in the ways of many.
 */
export async function restore(
  url: string,
  stored: Stored,
  options: Partial<RestoreRequest> = {},
  {
    keepBefore = false,
    batchRows = 1000,
    sizes = {},
  }: { keepBefore?: boolean; batchRows?: number; sizes?: Partial<StageSizes> } = {},
) {
  const target = new PostgresTarget(settingsOf(url), sizes);
  const session = await target.begin(requestOf(stored, options));
  try {
    for (const [index, rows] of stored.rows.entries()) await session.stage(index, batchesOf(rows, batchRows));
    const plan = await session.plan(stored.sequences);
    const changes = await session.changes();
    if (options.dryRun === true) return { plan, changes, report: null, before: null, transactionId: null };
    const transactionId = await session.transactionId();
    const before = keepBefore ? await collect(await session.openBefore()) : null;
    const report = await session.apply();
    await session.commit();
    return { plan, changes, report, before, transactionId };
  } finally {
    await session.rollback();
  }
}

export async function collect(
  source: Awaited<ReturnType<Awaited<ReturnType<PostgresTarget['begin']>>['openBefore']>>,
): Promise<Stored | null> {
  if (source === null) return null;
  const rows: string[][] = source.relations.map(() => []);
  for (const slice of await source.slices()) {
    for await (const batch of source.copyOut(slice)) {
      rows[slice.relation]?.push(...Buffer.from(batch.bytes).toString('utf8').split('\n').slice(0, -1));
    }
  }
  await source.close();
  return { relations: [...source.relations], rows, sequences: [] };
}
