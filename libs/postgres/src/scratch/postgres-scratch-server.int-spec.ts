import { createTestDatabase, execute, query, testServers, type TestDatabase } from '@satchel/testing';
import { kindOf } from '@satchel/testing/conformance';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Relation } from '@satchel/domain';
import { parseConnectionString } from '../connection/index.js';
import { PostgresScratchServer } from './postgres-scratch-server.js';

/** Something of each kind that a table may need. */
const TABLES = `
  CREATE SCHEMA "Odd schema";
  CREATE COLLATION "Odd schema".numbers (provider = icu, locale = 'en-u-kn', deterministic = false);
  CREATE TYPE "Odd schema".mood AS ENUM ('calm', 'it''s "loud"');
  CREATE DOMAIN "Odd schema".grade AS int DEFAULT 3 CONSTRAINT in_range CHECK (VALUE BETWEEN 1 AND 6);
  CREATE TYPE "Odd schema".place AS (street text, number int);
  CREATE TYPE "Odd schema".spans AS RANGE (subtype = time);
  CREATE SEQUENCE "Odd schema".receipts INCREMENT BY 5 START WITH 100;
  CREATE FUNCTION "Odd schema".is_code(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 ~ '^[A-Z]\\d+$' $$;
  CREATE TABLE class (id serial PRIMARY KEY, name text NOT NULL UNIQUE COLLATE "Odd schema".numbers);
  CREATE TABLE pupil (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 2) PRIMARY KEY,
    code text NOT NULL CHECK ("Odd schema".is_code(code)),
    class_id int NOT NULL REFERENCES class DEFERRABLE INITIALLY DEFERRED,
    grade "Odd schema".grade, mood "Odd schema".mood DEFAULT 'calm', home "Odd schema".place, awake "Odd schema".spans,
    receipt int DEFAULT nextval('"Odd schema".receipts'),
    shown text GENERATED ALWAYS AS (upper(code)) STORED, dropped int);
  ALTER TABLE pupil DROP COLUMN dropped;
  CREATE UNIQUE INDEX ON pupil (lower(code)) WHERE grade > 1;
  CREATE INDEX ON pupil (class_id) INCLUDE (grade);
  CREATE TABLE mark (pupil bigint REFERENCES pupil, at date NOT NULL, points numeric(5,2), PRIMARY KEY (pupil, at)) PARTITION BY RANGE (at);
  CREATE TABLE "mark 2025" PARTITION OF mark FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (pupil);
  CREATE TABLE mark_few PARTITION OF "mark 2025" FOR VALUES IN (10, 12);
  CREATE TABLE mark_rest PARTITION OF mark DEFAULT;
  CREATE INDEX ON mark (at);
  CREATE TABLE remark (id serial PRIMARY KEY, note text);
  CREATE TABLE alone (note text, class_id int REFERENCES class);
  INSERT INTO class (name) VALUES ('one'), ('two');
  INSERT INTO pupil (code, class_id) VALUES ('A1', 1), ('B2', 2);
  INSERT INTO mark VALUES (10, '2025-03-01', 1.5), (12, '2026-03-01', 2);`;

const SHAPE = `
  SELECT 'constraint' AS what, conrelid::regclass || '.' || conname AS name, pg_get_constraintdef(oid) AS is
    FROM pg_constraint WHERE conrelid <> 0 AND contype <> 'n' AND connamespace::regnamespace::text !~ '^(pg_|information)'
  UNION ALL SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid >= 16384 AND indrelid::regclass::text !~ '^pg_'
  UNION ALL SELECT 'column', a.attrelid::regclass || '.' || a.attname,
      concat(format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
        a.attcollation::regcollation)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace::regnamespace::text !~ '^(pg_|information)'
  UNION ALL SELECT 'sequence', seqrelid::regclass::text, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmax, seqcycle) FROM pg_sequence
  ORDER BY 1, 2`;

function tables(...names: readonly string[]): Relation[] {
  return names.map(name => ({
    schema: 'public',
    name,
    role: 'content',
    columns: [],
    key: null,
    references: [],
  }));
}

describe.each(testServers())('PostgresScratchServer on PostgreSQL $major', server => {
  let live: TestDatabase;
  let scratchServer: PostgresScratchServer;
  const drop: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    live = await createTestDatabase(server);
    await execute(live.url, TABLES);
    scratchServer = new PostgresScratchServer(parseConnectionString(live.url, {}));
  });
  afterEach(async () => {
    for (const each of drop.splice(0)) await each();
  });
  afterAll(() => live.drop());

  async function create(relations: readonly Relation[], on = scratchServer) {
    const scratch = await on.create({ drillId: randomUUID(), relations, definition: null });
    drop.push(() => scratch.drop());
    const url = new URL(live.url);
    url.pathname = `/${scratch.name}`;
    return { scratch, url: url.href };
  }
  const databases = async (): Promise<string[]> =>
    (
      await query<{ name: string }>(
        server.url,
        `SELECT datname AS name FROM pg_database WHERE datname LIKE 'satchel_drill%'`,
      )
    ).map(({ name }) => name);

  it('makes tables like the live ones, whatever they need', async () => {
    const { scratch, url } = await create(tables('class', 'pupil', 'mark', 'alone', 'remark'));
    expect(scratch.leftOut).toEqual([]);
    expect(await query(url, SHAPE)).toEqual(await query(live.url, SHAPE));
    expect(await query(url, 'SELECT FROM pupil')).toEqual([]);
  });

  it('leaves out foreign keys to tables that are not there, and says so', async () => {
    const { scratch } = await create(tables('alone'));
    expect(scratch.leftOut).toEqual([
      'constraint alone_class_id_fkey of public.alone: it refers to a table that the backup does not hold',
    ]);
  });

  it('finds a row that breaks a rule, and a sequence behind its keys', async () => {
    const relations = tables('class', 'remark', 'pupil', 'mark', 'alone');
    const { scratch, url } = await create(relations);
    await execute(
      url,
      `INSERT INTO class (id, name) VALUES (1, 'one'), (2, 'two'); SELECT setval('class_id_seq', 2);
       INSERT INTO pupil (code, class_id) VALUES ('A1', 1), ('B2', 2); INSERT INTO mark VALUES (10, '2025-03-01', 1);
       INSERT INTO remark (note) VALUES ('one')`,
    );
    expect(await scratch.validate()).toEqual({ constraints: 4, indexes: expect.any(Number) as number });
    // A copy of a class has its name: then the row itself is written.
    expect(await scratch.writeRows(relations)).toEqual([
      'changed',
      'added',
      'changed',
      'changed',
      'empty table',
    ]);
    expect(await query(url, 'SELECT count(*)::int AS n FROM remark')).toEqual([{ n: 1 }]);
    await execute(url, `UPDATE remark SET id = (SELECT last_value + 1 FROM remark_id_seq)`);
    expect(await kindOf(scratch.writeRows(relations))).toBe('restore_failed');
    await execute(
      url,
      `SET session_replication_role = replica; UPDATE pupil SET class_id = 99 WHERE code = 'B2'`,
    );
    expect(await kindOf(scratch.validate())).toBe('restore_failed');
  });

  it('drops the database, twice too, and while somebody is connected', async () => {
    const { scratch } = await create(tables('class'));
    expect(await databases()).toContain(scratch.name);
    await scratch.drop();
    await scratch.drop();
    expect(await databases()).not.toContain(scratch.name);
  });

  it('drops what dead processes have left, and nothing that is in use', async () => {
    const { scratch } = await create(tables('class'));
    const left = `satchel_drill_${randomUUID().replaceAll('-', '')}`;
    await execute(server.url, `CREATE DATABASE ${left}`);
    expect(await scratchServer.sweep()).toBeGreaterThanOrEqual(1);
    expect(await databases()).toContain(scratch.name);
    expect(await databases()).not.toContain(left);
  });

  it('says what to do where the role may not make databases, and works where it may', async () => {
    const url = await live.giveToPlainRole();
    const plain = new PostgresScratchServer(parseConnectionString(url, {}));
    await expect(create(tables('class'), plain)).rejects.toMatchObject({
      kind: 'permission_error',
      message: expect.stringContaining('CREATEDB') as string,
    });
    await execute(server.url, `ALTER ROLE "${new URL(url).username}" CREATEDB`);
    const { scratch } = await create(tables('class', 'pupil', 'mark'), plain);
    expect(scratch.leftOut).toEqual([]);
  });
});
