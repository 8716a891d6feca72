import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestorePlan, RestoreRequest } from '@satchel/domain';
import { execute, query, testServers } from '@satchel/testing';
import { backUp, undo, type Kept } from './testing/back-up.js';
import { batchesOf, collect, requestOf, settingsOf, type Stored } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';
import { PostgresTarget } from './postgres-target.js';

/**
 * Marks of pupils: a table that is large enough to be matched, by one row, and whose rows are long enough for few of them
 * to fill what waits in memory.
 */
const TABLES = `
  CREATE TABLE pupil (id int PRIMARY KEY, name text);
  CREATE TABLE mark (id int PRIMARY KEY, pupil_id int REFERENCES pupil DEFERRABLE INITIALLY DEFERRED, code text NOT NULL UNIQUE,
                     value int CHECK (value >= 0), note text);
  ALTER TABLE mark ADD pad text; ALTER TABLE mark ALTER pad SET STORAGE EXTERNAL;
  CREATE INDEX ON mark (pupil_id);`;
const ROWS = `
  INSERT INTO pupil SELECT n, 'pupil ' || n FROM generate_series(1, 100) n;
  INSERT INTO mark SELECT n, 1 + n % 100, 'code ' || n, n % 6, repeat('x', 6000) FROM generate_series(1, 6000) n;
  INSERT INTO mark VALUES (0, 1, 'long', 1, '', repeat('x', 9000000));`;

/** 750 rows each are changed and gone: more than wait in memory for their partners. */
const CHANGES = `UPDATE mark SET value = value + 1 WHERE id % 8 = 1; DELETE FROM mark WHERE id % 8 = 2;`;

const CONTENT = "SELECT md5(string_agg(m::text, '' ORDER BY id)) FROM mark m";

interface Outcome extends Kept {
  /** What the restore had written by the time all rows were staged. */
  readonly early: boolean;
  readonly needsCare: boolean;
  readonly error: unknown;
  readonly report: RestorePlan | null;
}

describe.each(testServers())('Rows written early on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeEach(async () => {
    pair = await DatabasePair.make(server);
  });
  afterEach(() => pair.drop());

  /** Makes the same marks in both databases, and changes those of the copy. */
  async function prepare(tables = TABLES, changes = CHANGES): Promise<Stored> {
    await pair.prepare(tables, ROWS);
    const stored = await backUp(pair.original.url);
    await execute(pair.copy.url, `SET session_replication_role = replica; ${ROWS} ${changes}`);
    return stored;
  }

  async function merge(stored: Stored, options: Partial<RestoreRequest> = {}): Promise<Outcome> {
    const session = await new PostgresTarget(settingsOf(pair.copy.url)).begin(requestOf(stored, options));
    let early = false;
    let report: RestorePlan | null = null;
    let kept: Kept = { before: null, transactionId: null };
    try {
      for (const [index, rows] of stored.rows.entries()) await session.stage(index, batchesOf(rows));
      early = await isWritten('mark');
      const plan = await session.plan(stored.sequences);
      if (options.dryRun !== true) {
        kept = {
          transactionId: await session.transactionId(),
          before: await collect(await session.openBefore()),
        };
        report = await session.apply();
        expect(report.relations).toEqual(plan.relations);
        await session.commit();
      }
      return { early, needsCare: session.needsCare, error: null, report, ...kept };
    } catch (error) {
      return { early, needsCare: session.needsCare, error, report, ...kept };
    } finally {
      await session.rollback();
    }
  }

  /** Whether some transaction that goes on has written rows of a table. */
  async function isWritten(table: string): Promise<boolean> {
    const locks = await query(
      pair.copy.url,
      `SELECT FROM pg_locks WHERE relation = '${table}'::regclass AND mode = 'RowExclusiveLock' AND granted`,
    );
    return locks.length > 0;
  }

  it('stores what the plan says before it is made, and leaves all else as it was', async () => {
    const stored = await prepare();
    const shape = await shapeOf(pair.copy.url);
    const { early, error, report } = await merge(stored);
    expect(error).toBeNull();
    expect(early).toBe(true);
    expect(report?.totals).toMatchObject({ created: 750, updated: 750, unchanged: 4601 });
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('keeps what was there, so that it can be undone', async () => {
    const stored = await prepare();
    const before = await query(pair.copy.url, CONTENT);
    const kept = await merge(stored);
    expect(kept.early).toBe(true);
    await undo(pair.copy.url, kept);
    expect(await query(pair.copy.url, CONTENT)).toEqual(before);
  });

  it('takes rows whose parents come after them', async () => {
    const stored = await prepare(TABLES, `${CHANGES} DELETE FROM pupil WHERE id > 90;`);
    const { early, error } = await merge(stored);
    expect([early, error]).toEqual([true, null]);
    expect(await pair.differences()).toEqual([]);
  });

  it.each([
    ['a dry run', { dryRun: true }],
    ['a careful one', { careful: true }],
    ['a replace, which has to delete first', { mode: 'replace' }],
    ['one that skips what is there', { duplicateStrategy: 'skip' }],
  ] as const)('writes nothing before the plan in %s', async (_name, options) => {
    const { early, error } = await merge(await prepare(), options);
    expect([early, error]).toEqual([false, null]);
  });

  it.each([
    [
      'a trigger',
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION f();`,
    ],
    ['a check that is not validated', 'ALTER TABLE mark ADD CHECK (value < 3) NOT VALID;'],
    ['a foreign key that does not wait', 'ALTER TABLE mark ADD FOREIGN KEY (pupil_id) REFERENCES pupil;'],
    [
      'a key that others refer to and an update changes',
      'CREATE TABLE sign (code text REFERENCES mark (code));',
    ],
    ['a column that the file lacks', null],
  ])('leaves a table with %s to the plan', async (_name, definition) => {
    const stored = await prepare(TABLES + (definition ?? ''));
    if (definition === null) await execute(pair.copy.url, 'ALTER TABLE mark ADD extra int');
    const { early, error } = await merge(stored, { allowMissing: true });
    expect([early, error]).toEqual([false, null]);
    expect(await query(pair.copy.url, 'SELECT count(*)::int AS n, sum(value)::int AS sum FROM mark')).toEqual(
      await query(pair.original.url, 'SELECT count(*)::int AS n, sum(value)::int AS sum FROM mark'),
    );
  });

  it('leaves a table in which most rows differ to the plan', async () => {
    const { early, error } = await merge(
      await prepare(TABLES, 'UPDATE mark SET value = value + 1 WHERE id % 3 > 0;'),
    );
    expect([early, error]).toEqual([false, null]);
    expect(await pair.differences()).toEqual([]);
  });

  /** Expects it to fail early and change nothing, and says what comes of it with care. */
  async function withCare(stored: Stored): Promise<Outcome> {
    const before = await query(pair.copy.url, CONTENT);
    const hasty = await merge(stored);
    expect(hasty.error).not.toBeNull();
    expect(hasty.needsCare).toBe(true);
    expect(await query(pair.copy.url, CONTENT)).toEqual(before);
    const careful = await merge(stored, { careful: true });
    expect(careful.needsCare).toBe(false);
    return careful;
  }

  it('asks for care where a row takes a value that another has yet to give up', async () => {
    const stored = await prepare(
      TABLES,
      `${CHANGES} UPDATE mark SET code = 'tmp' WHERE id = 1; UPDATE mark SET code = 'code 1' WHERE id = 4993;
       UPDATE mark SET code = 'code 4993' WHERE id = 1;`,
    );
    expect((await withCare(stored)).error).toBeNull();
    expect(await pair.differences()).toEqual([]);
  });

  it('asks for care where most rows turn out to differ after all', async () => {
    const stored = await prepare(TABLES, `${CHANGES} UPDATE mark SET value = value + 1 WHERE id > 5300;`);
    expect((await withCare(stored)).error).toBeNull();
    expect(await pair.differences()).toEqual([]);
  });

  it.each([
    ['a value that a row which stays has', "INSERT INTO mark VALUES (-1, 1, 'code 2', 1, '');", 'id = 2'],
    ['a parent that is nowhere', 'DELETE FROM pupil WHERE id = 3;', 'pupil_id'],
  ])('asks for care for %s, which then names the row', async (_name, change, named) => {
    const stored = await prepare(TABLES, CHANGES + change);
    const withoutParents = {
      ...stored,
      rows: stored.rows.map((rows, index) =>
        stored.relations[index]?.name === 'pupil' ? rows.filter(row => !row.startsWith('[3,')) : rows,
      ),
    };
    const { error } = await withCare(withoutParents);
    expect(error).toMatchObject({ kind: 'restore_failed', message: expect.stringContaining(named) });
  });

  it.each([
    ['one of which the table has', 'id % 8 = 3'],
    ['none of which the table has', 'id % 8 = 2'],
  ])('lets no key through that the file has twice, %s', async (_name, which) => {
    const stored = await prepare();
    const [twice] = await query<{ id: number }>(
      pair.original.url,
      `SELECT min(id) AS id FROM mark WHERE ${which}`,
    );
    const rows = stored.rows.map(list => {
      const found = list.find(row => row.startsWith(`[${twice?.id},`) && row.includes('code'));
      return found === undefined ? list : [...list, found.replace('"code ', '"other ')];
    });
    const { error } = await withCare({ ...stored, rows });
    expect(error).toMatchObject({ kind: 'restore_failed' });
  });
});
