import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp, undo } from './testing/back-up.js';
import { restore, type Stored } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

/** Rows without their order, by table. */
function contentOf(stored: Stored): unknown {
  return stored.relations.map(({ name }, at) => [name, stored.rows[at]?.toSorted()]);
}

describe.each(testServers())('Undoing restores on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  beforeEach(() => pair.clear());
  afterAll(() => pair.drop());

  const TABLES = `
    CREATE TABLE class (id int PRIMARY KEY, name text UNIQUE);
    CREATE TABLE pupil (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, class_id int REFERENCES class ON DELETE CASCADE, code text UNIQUE, note text);
    CREATE TABLE log (line text, n int);
    CREATE TABLE big (id int PRIMARY KEY, t text);`;
  const ROWS = `
    INSERT INTO class VALUES (1, 'one'), (2, 'two'); INSERT INTO pupil (class_id, code) VALUES (1, 'a'), (2, 'b'), (1, 'c');
    INSERT INTO log VALUES ('x', 1), ('x', 1);`;
  /** So many that they are loaded into an empty table. */
  const MANY_ROWS = "INSERT INTO big SELECT n, repeat('y', 200) FROM generate_series(1, 6000) n;";

  it('brings back what every way of restoring changed, and the undone restore when that is undone', async () => {
    await pair.prepare(TABLES, ROWS + MANY_ROWS);
    const stored = await backUp(pair.original.url);
    await execute(
      pair.copy.url,
      `INSERT INTO class VALUES (1, 'eins'), (3, 'drei'); INSERT INTO pupil (class_id, code, note) VALUES (3, 'b', 'mine'), (1, 'z', 'z'), (3, 'd', NULL), (1, 'e', NULL);
       INSERT INTO log VALUES ('mine', 7);`,
    );
    const asItWas = await backUp(pair.copy.url);
    const shape = await shapeOf(pair.copy.url);
    const done = await restore(pair.copy.url, stored, { mode: 'replace' }, { keepBefore: true });
    expect(done.report?.relations.map(({ name, method }) => [name, method])).toEqual([
      ['big', 'load'],
      ['class', 'reconcile'],
      ['log', 'reload'],
      ['pupil', 'reconcile'],
    ]);
    expect(await pair.differences()).toEqual([]);
    const undone = await undo(pair.copy.url, done);
    expect(contentOf(await backUp(pair.copy.url))).toEqual(contentOf(asItWas));
    await undo(pair.copy.url, undone);
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('leaves rows alone that came after, and refuses what was edited since', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    await execute(
      pair.copy.url,
      "UPDATE class SET name = 'mine' WHERE id = 1; DELETE FROM pupil WHERE id = 2",
    );
    const done = await restore(pair.copy.url, stored, { mode: 'merge' }, { keepBefore: true });
    await execute(
      pair.copy.url,
      "INSERT INTO class VALUES (9, 'new'); INSERT INTO pupil (class_id, code) VALUES (9, 'new')",
    );
    await execute(pair.copy.url, "UPDATE pupil SET note = 'edited' WHERE id = 2");
    await expect(undo(pair.copy.url, done)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('id = 2'),
    });
    const { report } = await undo(pair.copy.url, done, { overwriteEdited: true });
    expect(report?.totals).toMatchObject({ updated: 1, deleted: 1 });
    expect(await query(pair.copy.url, 'SELECT name FROM class ORDER BY id')).toEqual([
      { name: 'mine' },
      { name: 'two' },
      { name: 'new' },
    ]);
    expect(await query(pair.copy.url, 'SELECT count(*)::int AS n FROM pupil')).toEqual([{ n: 3 }]);
  });

  it('refuses to undo the coming of a row that newer rows need', async () => {
    await pair.prepare(TABLES, ROWS);
    const done = await restore(
      pair.copy.url,
      await backUp(pair.original.url, ['class']),
      { mode: 'merge' },
      { keepBefore: true },
    );
    await execute(pair.copy.url, "INSERT INTO pupil (class_id, code) VALUES (2, 'new')");
    await expect(undo(pair.copy.url, done, { overwriteEdited: true })).rejects.toMatchObject({
      kind: 'restore_failed',
      message: expect.stringContaining('public.class (id = 2) would be deleted'),
    });
  });

  it('takes back context rows that a restore added, and only those', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url, ['pupil']);
    expect(stored.relations.map(({ name, role }) => [name, role])).toEqual([
      ['pupil', 'content'],
      ['class', 'context'],
    ]);
    await execute(pair.copy.url, "INSERT INTO class VALUES (1, 'mine'), (5, 'five')");
    const asItWas = await backUp(pair.copy.url);
    const done = await restore(pair.copy.url, stored, { mode: 'replace' }, { keepBefore: true });
    expect(done.report?.relations.find(({ role }) => role === 'context')).toMatchObject({
      created: 1,
      skipped: 1,
      updated: 0,
      deleted: 0,
    });
    await undo(pair.copy.url, done);
    expect(contentOf(await backUp(pair.copy.url))).toEqual(contentOf(asItWas));
  });

  it('undoes a restore of a file that lacks the key of its table', async () => {
    const tables =
      'CREATE TABLE link (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a int NOT NULL, b int NOT NULL, note text, UNIQUE (a, b));';
    await pair.prepare(tables, "INSERT INTO link (a, b, note) VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')");
    const stored = await backUp(pair.original.url);
    const [relation] = stored.relations;
    if (relation === undefined) throw new Error('no table');
    const without = {
      ...stored,
      relations: [{ ...relation, columns: relation.columns.slice(1), key: null }],
      rows: stored.rows.map(rows => rows.map(row => row.replace(/^\[\d+,/, '['))),
    };
    await execute(
      pair.copy.url,
      "INSERT INTO link VALUES (70, 1, 1, 'x'), (71, 1, 2, 'mine'), (72, 9, 9, 'extra')",
    );
    const asItWas = await backUp(pair.copy.url);
    const done = await restore(pair.copy.url, without, { mode: 'replace' }, { keepBefore: true });
    expect(done.report?.totals).toEqual({ created: 1, updated: 1, unchanged: 1, skipped: 0, deleted: 1 });
    await undo(pair.copy.url, done);
    expect(contentOf(await backUp(pair.copy.url))).toEqual(contentOf(asItWas));
  });

  it('restores context rows that are known by a key which takes nulls, and takes them back', async () => {
    const tables =
      'CREATE TABLE room (code text UNIQUE, t text); CREATE TABLE bed (id int PRIMARY KEY, room text REFERENCES room (code));';
    await pair.prepare(
      tables,
      "INSERT INTO room VALUES ('a', 'x'), ('b', 'y'), (NULL, 'z'); INSERT INTO bed VALUES (1, 'a'), (2, 'b'), (3, NULL)",
    );
    const stored = await backUp(pair.original.url, ['bed']);
    await execute(pair.copy.url, "INSERT INTO room VALUES ('a', 'mine'), (NULL, 'mine'), (NULL, NULL)");
    const asItWas = await backUp(pair.copy.url);
    const done = await restore(pair.copy.url, stored, { mode: 'replace' }, { keepBefore: true });
    expect(done.report?.relations.find(({ role }) => role === 'context')).toMatchObject({
      created: 1,
      skipped: 1,
    });
    await undo(pair.copy.url, done);
    expect(contentOf(await backUp(pair.copy.url))).toEqual(contentOf(asItWas));
  });

  it('refuses to put a few rows in the place of all, once the key is gone that told them apart', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url, ['class']);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    await execute(pair.copy.url, "UPDATE class SET name = 'mine' WHERE id = 1");
    const done = await restore(pair.copy.url, stored, { mode: 'merge' }, { keepBefore: true });
    await execute(
      pair.copy.url,
      'DROP TABLE pupil; ALTER TABLE class DROP CONSTRAINT class_pkey, DROP CONSTRAINT class_name_key',
    );
    await expect(undo(pair.copy.url, done)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await query(pair.copy.url, 'SELECT count(*)::int AS n FROM class')).toEqual([{ n: 2 }]);
  });

  it('does not mistake a created row for the only one of its table', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    await execute(
      pair.copy.url,
      "DELETE FROM class WHERE id = 2; INSERT INTO pupil (class_id, code) VALUES (1, 'extra')",
    );
    const asItWas = await backUp(pair.copy.url);
    const done = await restore(pair.copy.url, stored, { mode: 'replace' }, { keepBefore: true });
    await undo(pair.copy.url, done);
    expect(contentOf(await backUp(pair.copy.url))).toEqual(contentOf(asItWas));
  });
});
