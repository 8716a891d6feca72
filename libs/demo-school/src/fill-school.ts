import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { BackupError } from '@satchel/domain';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { GeneratedTable } from './generate/generated-table.js';
import { generateSchool, type SchoolSize } from './generate-school.js';

export interface FillProgress {
  readonly table: string;
  /** Rows of this table that have been sent. */
  readonly rows: number;
}

export interface FillOptions extends SchoolSize {
  readonly onProgress?: (progress: FillProgress) => void;
}

/** Bytes sent to COPY at a time; smaller pieces cost more than their rows. */
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * Fills a migrated, empty school database, in one transaction. Indexes and constraints are taken away and made again
 * after the load, which for a large school takes a fraction of the time; they end as they were.
 *
 * @returns rows per table
 * @throws BackupError `conflict` if a table has rows; nothing is changed then
 */
export async function fillSchool(
  url: string,
  options: FillOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const tables = generateSchool(options);
  const client = new pg.Client({ connectionString: url, application_name: 'satchel demo school' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query("SET LOCAL maintenance_work_mem = '256MB'");
    await client.query('SET LOCAL synchronous_commit = off');
    const names = tables.map(table => table.name);
    await refuseRows(client, names);
    // Emptying the empty tables in this transaction is what lets COPY write rows as frozen, without a second pass.
    await client.query(`TRUNCATE ${names.map(name => pg.escapeIdentifier(name)).join(', ')}`);
    const constraints = await takeConstraints(client, names);
    const counts = new Map<string, number>();
    for (const table of tables) counts.set(table.name, await copyTable(client, table, options.onProgress));
    for (const statement of constraints) await client.query(statement);
    await setSequences(client, names);
    await client.query('COMMIT');
    await client.query(`ANALYZE ${names.map(name => pg.escapeIdentifier(name)).join(', ')}`);
    return counts;
  } finally {
    // Ending the connection undoes what was not committed.
    await client.end();
  }
}

async function refuseRows(client: pg.Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { rows } = await client.query(`SELECT FROM ${pg.escapeIdentifier(name)} LIMIT 1`);
    if (rows.length > 0) {
      throw new BackupError(
        'conflict',
        `The table ${name} already has rows: the demo school is only put into an empty database. Name another one.`,
        { table: name },
      );
    }
  }
}

/** Removes keys, foreign keys and indexes. @returns the statements that make them again, keys first */
async function takeConstraints(client: pg.Client, names: readonly string[]): Promise<string[]> {
  const { rows: constraints } = await client.query<{ drop: string; add: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
     FROM pg_constraint
     WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype IN ('p', 'u', 'f')
     ORDER BY contype = 'f', contype = 'u', conrelid::regclass::text, conname`,
    [names],
  );
  const { rows: indexes } = await client.query<{ drop: string; add: string }>(
    `SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS add
     FROM pg_index
     WHERE indrelid = ANY ($1::text[]::regclass[])
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = indexrelid AND c.contype IN ('p', 'u', 'x'))
     ORDER BY indexrelid::regclass::text`,
    [names],
  );
  // Foreign keys lean on keys, so they go first and come last.
  for (const { drop } of [...constraints].reverse()) await client.query(drop);
  for (const { drop } of indexes) await client.query(drop);
  const keys = constraints.filter(({ add }) => !add.includes(' FOREIGN KEY '));
  const foreignKeys = constraints.filter(({ add }) => add.includes(' FOREIGN KEY '));
  return [...keys, ...indexes, ...foreignKeys].map(({ add }) => add);
}

async function copyTable(
  client: pg.Client,
  table: GeneratedTable,
  onProgress: FillOptions['onProgress'],
): Promise<number> {
  const columns = table.columns.map(column => pg.escapeIdentifier(column)).join(', ');
  const copy = client.query(
    copyFrom(`COPY ${pg.escapeIdentifier(table.name)} (${columns}) FROM STDIN WITH (FREEZE)`),
  );
  const done = finished(copy);
  // Seen again by the await below; without this, a failure before it would count as unhandled.
  done.catch(() => undefined);
  let rows = 0;
  let lines: string[] = [];
  let characters = 0;
  const send = async (): Promise<void> => {
    const room = copy.write(Buffer.from(lines.join('')));
    lines = [];
    characters = 0;
    onProgress?.({ table: table.name, rows });
    if (!room) await Promise.race([once(copy, 'drain'), done]);
  };
  for (const line of table.lines()) {
    rows += 1;
    characters += line.length;
    lines.push(line);
    if (characters >= CHUNK_CHARACTERS) await send();
  }
  await send();
  copy.end();
  await done;
  return rows;
}

async function setSequences(client: pg.Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const table = pg.escapeIdentifier(name);
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, 'id'), max(id)) FROM ${table} HAVING max(id) IS NOT NULL`,
      [table],
    );
  }
}
