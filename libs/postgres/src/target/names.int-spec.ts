import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp, undo } from './testing/back-up.js';
import { restore } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

/** Names that are fit to break what quotes them badly; each is used for schemas, tables and columns. */
const NAMES = [
  'Upper',
  'upper',
  'with space',
  'quo"te',
  "apo'strophe",
  'back\\slash',
  'dot.ted',
  'per%cent%s',
  'new\nline',
  'tab\t',
  'col:on, line 7',
  'select',
  'ünïcödé ☃ 😀',
  '数据',
  'n'.repeat(63),
  'ß'.repeat(31),
  '$1',
  '{}',
  '--',
  ';',
  '*',
  '__proto__',
  'constructor',
  'd',
  'l',
  's',
  'r',
  'x',
  'p',
  'f',
  'live',
  'tableoid2',
];

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

describe.each(testServers())('Names and shapes restored on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  beforeEach(() => pair.clear());
  afterAll(() => pair.drop());

  it('takes any name of a schema, table, column or key', async () => {
    const columns = NAMES.map(name => `${quote(name)} text`).join(', ');
    await pair.prepare(
      `CREATE SCHEMA "A.b""c %s"; CREATE SCHEMA "a.B""c %s"; DROP SCHEMA public;
       ${NAMES.map((name, at) => `CREATE TABLE "A.b""c %s".${quote(name)} (${quote(name)} int PRIMARY KEY, v int UNIQUE, parent int REFERENCES "A.b""c %s".${quote(NAMES[(at || 1) - 1] ?? '')} DEFERRABLE);`).join('\n')}
       CREATE TABLE "a.B""c %s".wide (${columns}, PRIMARY KEY (${quote('new\nline')}, ${quote('d')}, ${quote('s')}, ${quote('l')}));
       CREATE TABLE "a.B""c %s".keyless (${columns});`,
      `SET session_replication_role = replica;
       ${NAMES.map((name, at) => `INSERT INTO "A.b""c %s".${quote(name)} VALUES (1, 1, ${at > 1 ? 1 : 'NULL'}), (2, 2, NULL), (3, 3, 3);`).join('\n')}
       INSERT INTO "a.B""c %s".wide SELECT ${NAMES.map(() => 'n::text').join(', ')} FROM generate_series(1, 3) n;
       INSERT INTO "a.B""c %s".keyless TABLE "a.B""c %s".wide;`,
    );
    const shape = await shapeOf(pair.copy.url);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
    await execute(
      pair.copy.url,
      `UPDATE "A.b""c %s"."Upper" SET v = v + 10; DELETE FROM "A.b""c %s".tableoid2 WHERE v = 3;
       INSERT INTO "A.b""c %s".${quote('new\nline')} VALUES (9, 9, NULL); UPDATE "a.B""c %s".wide SET "__proto__" = 'x';
       UPDATE "a.B""c %s".keyless SET x = 'x';`,
    );
    const asItWas = await backUp(pair.copy.url);
    const done = await restore(
      pair.copy.url,
      stored,
      { mode: 'replace', sampleRows: 3 },
      { keepBefore: true },
    );
    expect(await pair.differences()).toEqual([]);
    await undo(pair.copy.url, done);
    expect((await backUp(pair.copy.url)).rows.map(rows => rows.toSorted())).toEqual(
      asItWas.rows.map(rows => rows.toSorted()),
    );
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('sees every column of a table without a key, whatever the columns are called', async () => {
    await pair.prepare('CREATE TABLE t (r int, other int)', 'INSERT INTO t VALUES (1, 1), (2, 2)');
    await execute(pair.copy.url, 'INSERT INTO t VALUES (1, 7), (2, 8)');
    await restore(pair.copy.url, await backUp(pair.original.url), { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
  });

  it('restores tables without columns, without rows, with dropped columns and with computed ones', async () => {
    const virtual = server.major >= 18 ? ', w int GENERATED ALWAYS AS (a * 3) VIRTUAL' : '';
    await pair.prepare(
      `CREATE TABLE nothing (); CREATE TABLE no_rows (id int PRIMARY KEY);
       CREATE TABLE computed (gone int, a int, g int GENERATED ALWAYS AS (a * 2) STORED UNIQUE, b text, also_gone text, id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY ${virtual});
       ALTER TABLE computed DROP COLUMN gone; ALTER TABLE computed DROP COLUMN also_gone;
       CREATE TABLE by_computed (a int NOT NULL, g int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY, b text);
       CREATE TABLE other_identity (id int PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY (START -100 INCREMENT -5), s smallserial);
       CREATE UNLOGGED TABLE unlogged (id serial PRIMARY KEY, t text);`,
      `INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
       INSERT INTO computed (a, b) SELECT n, 'b' || n FROM generate_series(1, 9) n; INSERT INTO by_computed VALUES (1, DEFAULT, 'x'), (2, DEFAULT, 'y');
       INSERT INTO other_identity SELECT n FROM generate_series(1, 5) n; INSERT INTO unlogged (t) VALUES ('a'), ('b');`,
    );
    const shape = await shapeOf(pair.copy.url);
    const stored = await backUp(pair.original.url);
    await execute(pair.copy.url, 'INSERT INTO nothing DEFAULT VALUES');
    await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
    await execute(
      pair.copy.url,
      `UPDATE computed SET a = 10 - a + 100; UPDATE computed SET b = 'c' WHERE id = 2; DELETE FROM by_computed WHERE a = 1; UPDATE by_computed SET b = 'z';
       DELETE FROM other_identity WHERE id = 1; INSERT INTO other_identity (id) VALUES (1); INSERT INTO no_rows VALUES (1)`,
    );
    const { plan, report } = await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(report?.relations).toEqual(plan.relations);
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
    const next = `SELECT nextval('computed_id_seq')::int AS a, nextval('other_identity_n_seq')::int AS b, nextval('unlogged_id_seq')::int AS c`;
    expect(await query(pair.copy.url, next)).toEqual(await query(pair.original.url, next));
  });

  it('restores nearly as many columns as a table can have', async () => {
    const columns = Array.from({ length: 1598 }, (_, at) => `c${at} "char"`).join(', ');
    await pair.prepare(
      `CREATE TABLE widest (id int PRIMARY KEY, ${columns})`,
      "INSERT INTO widest (id, c0, c1597) VALUES (1, 'a', 'b'), (2, 'c', 'd')",
    );
    await execute(pair.copy.url, "INSERT INTO widest (id, c0) VALUES (1, 'z'), (3, 'y')");
    await restore(pair.copy.url, await backUp(pair.original.url), { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
  });
});
