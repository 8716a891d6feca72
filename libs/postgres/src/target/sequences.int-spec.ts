import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp } from './testing/back-up.js';
import { restore } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

const STATES = `SELECT 'free' AS name, last_value::text, is_called FROM free UNION ALL SELECT 'down', last_value::text, is_called FROM down
  UNION ALL SELECT 'cycling', last_value::text, is_called FROM cycling UNION ALL SELECT 'small', last_value::text, is_called FROM small
  UNION ALL SELECT 'fresh', last_value::text, is_called FROM fresh UNION ALL SELECT 'full', last_value::text, is_called FROM "full"
  UNION ALL SELECT 'borrowed', last_value::text, is_called FROM borrowed ORDER BY 1`;

const TABLES = `
  CREATE SEQUENCE free; CREATE SEQUENCE down INCREMENT -3 MAXVALUE 50 MINVALUE -9223372036854775808 START 50;
  CREATE SEQUENCE cycling MAXVALUE 5 CYCLE; CREATE SEQUENCE small AS smallint; CREATE SEQUENCE fresh START 7;
  CREATE SEQUENCE "full" MAXVALUE 9223372036854775807; CREATE SEQUENCE borrowed;
  CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('borrowed'), n bigint, c int, s smallint);
  ALTER SEQUENCE down OWNED BY t.n; ALTER SEQUENCE cycling OWNED BY t.c; ALTER SEQUENCE small OWNED BY t.s;`;

describe.each(testServers())('Sequences restored on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  beforeEach(() => pair.clear());
  afterAll(() => pair.drop());

  it('stand where they stood: descending, cycling, never called, at their ends, owned by none', async () => {
    await pair.prepare(
      TABLES,
      `INSERT INTO t (n, c, s) SELECT nextval('down'), nextval('cycling'), nextval('small') FROM generate_series(1, 8);
       SELECT setval('small', 32767), setval('full', 9223372036854775807), setval('free', 12, false);`,
    );
    const shape = await shapeOf(pair.copy.url);
    await execute(pair.copy.url, "SELECT nextval('fresh'), setval('free', 99)");
    await restore(pair.copy.url, await backUp(pair.original.url), { mode: 'replace' });
    expect(await query(pair.copy.url, STATES)).toEqual(await query(pair.original.url, STATES));
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('never go back in a merge, and are as they were after one that fails', async () => {
    await pair.prepare(
      'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int CHECK (v < 100))',
      'INSERT INTO t (v) VALUES (1), (2), (3)',
    );
    const stored = await backUp(pair.original.url);
    await execute(pair.copy.url, "SELECT setval('t_id_seq', 40)");
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await query(pair.copy.url, 'SELECT last_value::int AS n FROM t_id_seq')).toEqual([{ n: 40 }]);
    const bad = { ...stored, rows: [['[77,777]']] };
    await expect(restore(pair.copy.url, bad, { mode: 'merge' })).rejects.toMatchObject({
      kind: 'restore_failed',
    });
    expect(await query(pair.copy.url, 'SELECT last_value::int AS n FROM t_id_seq')).toEqual([{ n: 40 }]);
  });

  it('pass by keys that they could never hand out', async () => {
    await pair.prepare(
      'CREATE TABLE t (id bigint PRIMARY KEY); CREATE SEQUENCE s MAXVALUE 1000 OWNED BY t.id; CREATE TABLE d (id text PRIMARY KEY); CREATE SEQUENCE q OWNED BY d.id',
      "INSERT INTO t VALUES (nextval('s')), (5), (5000000); INSERT INTO d VALUES ('9'), ('10'), ('99999999999999999999999')",
    );
    await restore(pair.copy.url, await backUp(pair.original.url), { mode: 'merge' });
    expect(await query(pair.copy.url, 'SELECT last_value::int AS n FROM s')).toEqual([{ n: 5 }]);
    expect(await query(pair.copy.url, 'SELECT last_value::int AS n FROM q')).toEqual([{ n: 10 }]);
  });
});
