import type { Client, QueryResult } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, execute, testServers, type TestDatabase } from '@satchel/testing';
import { readRelations, toRelation } from '../catalog/index.js';
import { connect } from '../connection/index.js';
import {
  chooseEarlyStatement,
  NOT_BEGUN,
  type EarlyProgress,
  type EarlyStatement,
} from './early-statement.js';
import { matchRelations } from './match-relations.js';
import { TableRestore } from './table-restore.js';
import { settingsOf } from './testing/database-in-memory.js';
import { readUniqueIndexes } from './unique-indexes.js';

const MARKS = `CREATE TABLE mark (id int PRIMARY KEY, value int); INSERT INTO mark SELECT n, n FROM generate_series(1, 6) n;`;
/** One that the table has so, two that it has otherwise, two that it lacks. */
const STAGED = 'SELECT id, value FROM (VALUES (1, 1), (2, 20), (3, 30), (7, 7), (8, 8)) AS s (id, value)';

describe.each(testServers())('Statements that write staged rows on PostgreSQL $major', server => {
  let database: TestDatabase;
  let client: Client;

  beforeEach(async () => {
    database = await createTestDatabase(server);
    client = await connect(settingsOf(database.url), { applicationName: 'test' });
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  /** Begins a transaction that has rows of one table staged. */
  async function choose(table: string, staged?: string): Promise<EarlyStatement> {
    await client.query('BEGIN');
    const relations = await readRelations(client);
    const live = relations.find(({ name }) => name === table);
    if (live === undefined) throw new Error(`There is no table ${table}.`);
    const stored = [toRelation(live, 'content')];
    const { matches } = matchRelations(stored, [live], { allowMissing: false, fill: {} });
    const [match] = matches;
    if (match === undefined) throw new Error(`${table} has no match.`);
    const restore = new TableRestore(match, live);
    restore.setUniqueIndexes(await readUniqueIndexes(client, live.oid));
    await client.query(
      `CREATE TEMPORARY TABLE satchel_stage_0 AS ${staged ?? `SELECT * FROM public.${table} WITH NO DATA`}`,
    );
    return chooseEarlyStatement(client, restore);
  }

  async function run(
    statement: EarlyStatement,
    rows: number,
    progress: EarlyProgress = NOT_BEGUN,
  ): Promise<EarlyProgress | undefined> {
    const answer: unknown = await client.query(statement(progress, rows));
    return ([answer].flat() as QueryResult<EarlyProgress>[]).flatMap(result => result.rows)[0];
  }

  async function content(): Promise<unknown> {
    const { rows } = await client.query<{ marks: string }>(
      "SELECT string_agg(id || '=' || value, ' ' ORDER BY id) AS marks FROM public.mark",
    );
    return rows[0]?.marks;
  }

  const WAYS = [
    ['MERGE INTO', ''],
    ['ON CONFLICT', 'SET track_counts = off'],
  ] as const;

  it.each(WAYS)('stores what is new and what differs by %s', async (way, setting) => {
    await execute(database.url, MARKS);
    // What the session has written before is counted, too, until it is reported.
    await client.query(
      `${setting}; UPDATE public.mark SET value = value; INSERT INTO public.mark VALUES (9, 9)`,
    );
    const statement = await choose('mark', STAGED);
    expect(statement(NOT_BEGUN, 1)).toContain(way);
    const first = await run(statement, 3);
    expect(first).toEqual({ created: 0, updated: 2, taken: 3, last: '(0,3)' });
    expect(await run(statement, 3, first)).toEqual({ created: 2, updated: 2, taken: 5, last: '(0,5)' });
    expect(await content()).toBe('1=1 2=20 3=30 4=4 5=5 6=6 7=7 8=8 9=9');
  });

  it.each(WAYS)('leaves a row that was equal as it was by %s', async (_way, setting) => {
    await execute(database.url, MARKS);
    await client.query(setting);
    await run(await choose('mark', STAGED), 5);
    const { rows } = await client.query(
      'SELECT id FROM public.mark WHERE xmin = pg_current_xact_id()::xid ORDER BY id',
    );
    expect(rows.map(({ id }: { id: number }) => id)).toEqual([2, 3, 7, 8]);
  });

  it.each([
    ['of which the table has none', 'SELECT 7 AS id, 7 AS value UNION ALL SELECT 7, 70'],
    ['of which the table has another', 'SELECT 2 AS id, 20 AS value UNION ALL SELECT 2, 200'],
  ])('refuses a key that is staged twice, %s, even by two statements', async (_name, staged) => {
    await execute(database.url, MARKS);
    const statement = await choose('mark', staged);
    const first = await run(statement, 1);
    expect(first?.taken).toBe(1);
    await expect(run(statement, 1, first)).rejects.toMatchObject({ code: '23505' });
  });

  it('counts a key that is staged twice but once where it does not refuse it', async () => {
    await execute(database.url, MARKS);
    await client.query('SET track_counts = off');
    const statement = await choose('mark', 'SELECT 2 AS id, 20 AS value UNION ALL SELECT 2, 200');
    const first = await run(statement, 1);
    expect(await run(statement, 1, first)).toEqual({ created: 0, updated: 1, taken: 2, last: '(0,2)' });
  });

  it('has what is planned later planned as ever', async () => {
    await execute(database.url, MARKS);
    await run(await choose('mark', STAGED), 5);
    const { rows } = await client.query<{ setting: string }>(
      `SELECT setting FROM pg_catalog.pg_settings WHERE name IN ('enable_hashjoin', 'enable_mergejoin', 'enable_seqscan')`,
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['on', 'on', 'on']);
  });

  it('does not merge where rows would not be found by an index', async () => {
    await execute(
      database.url,
      `CREATE TABLE place (name text COLLATE "POSIX" NOT NULL, size int); CREATE UNIQUE INDEX ON place (name COLLATE "C")`,
    );
    expect((await choose('place'))(NOT_BEGUN, 1)).toContain('ON CONFLICT');
  });

  it('sorts rows for indexes that lie in another order than the table, the fewest values first', async () => {
    await execute(
      database.url,
      `CREATE TABLE visit (id int PRIMARY KEY, "Day" int, pupil bigint, teacher int, zone int, name text, twice bigint GENERATED ALWAYS AS (pupil * 2) STORED);
       INSERT INTO visit SELECT n, n / 50, n * 7919 % 1009, n * 7919 % 13, n * 7919 % 101, md5(n::text) FROM generate_series(1, 5000) n;
       CREATE INDEX ON visit (pupil, "Day"); CREATE INDEX ON visit ("Day"); CREATE INDEX ON visit (teacher); CREATE INDEX ON visit (zone); CREATE INDEX ON visit (name);
       CREATE INDEX ON visit ((id * 7919 % 1009)); ANALYZE visit`,
    );
    expect((await choose('visit'))(NOT_BEGUN, 1)).toContain('ORDER BY "teacher", "zone", "pupil") s');
  });

  it.each([
    ['is none', 'CREATE TABLE seat (id int PRIMARY KEY, row int)'],
    [
      'is a column that the database computes',
      'CREATE TABLE seat (id int PRIMARY KEY, row int GENERATED ALWAYS AS (id * 7919 % 1009) STORED)',
    ],
  ])('sorts nothing where what it would be sorted by %s', async (_name, table) => {
    await execute(
      database.url,
      `${table}; INSERT INTO seat (id) SELECT generate_series(1, 5000); CREATE INDEX ON seat (row); ANALYZE seat`,
    );
    expect((await choose('seat'))(NOT_BEGUN, 1)).not.toContain('ORDER BY');
  });
});
