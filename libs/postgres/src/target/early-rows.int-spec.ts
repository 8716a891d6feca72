import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RestorePlan, RestoreRequest } from '@satchel/domain';
import { execute, locksOf, newestTestServer, query, testServers } from '@satchel/testing';
import { connect } from '../connection/index.js';
import { keysToCheck } from './early-rows.js';
import { readForeignKeys } from './foreign-keys.js';
import { backUp, undo, type Kept } from './testing/back-up.js';
import { batchesOf, collect, requestOf, settingsOf, type Stored } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';
import { PostgresTarget } from './postgres-target.js';
import type { StageSizes } from './stage-sizes.js';

/** Marks of pupils. */
const TABLES = `
  CREATE TABLE pupil (id int PRIMARY KEY, name text);
  CREATE TABLE mark (id int PRIMARY KEY, pupil_id int REFERENCES pupil DEFERRABLE INITIALLY DEFERRED, code text NOT NULL UNIQUE,
                     value int CHECK (value >= 0), note text);
  CREATE INDEX ON mark (pupil_id);`;
const ROWS = `
  INSERT INTO pupil SELECT n, 'pupil ' || n FROM generate_series(1, 100) n;
  INSERT INTO mark SELECT n, 1 + n % 100, 'code ' || n, n % 6, repeat('x', 600) FROM generate_series(1, 600) n;`;

/** A hundredth of a restore's own, so that these marks are large enough to be matched and too many to wait in memory. */
const SIZES: Partial<StageSizes> = {
  manyRowsBytes: 10 << 10,
  waitingBytes: 80 << 10,
  largeTableBytes: 80 << 10,
  matcher: { windowBytes: 120 << 10, flushBytes: 10 << 10, firstFlushBytes: 10 << 10 },
  earlyRows: 10,
  waitingEarlyRows: 20,
};
const BATCH_ROWS = 50;

/** 75 rows each are changed and gone: more than wait in memory for their partners. */
const CHANGES = `UPDATE mark SET value = value + 1 WHERE id % 8 = 1; DELETE FROM mark WHERE id % 8 = 2;`;

const CONTENT = "SELECT md5(string_agg(m::text, '' ORDER BY id)) FROM mark m";

interface Outcome extends Kept {
  /** Whether rows were written before the plan was applied. */
  readonly early: boolean;
  readonly needsCare: boolean;
  readonly error: unknown;
  readonly report: RestorePlan | null;
}

describe.each(testServers())('Rows written early on PostgreSQL $major', server => {
  let pair: DatabasePair;
  let stored: Stored;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
    await execute(pair.original.url, TABLES + ROWS);
    stored = await backUp(pair.original.url);
  });
  beforeEach(() => pair.copy.clear());
  afterAll(() => pair.drop());

  /** Makes the same marks in the copy, then changes them. */
  async function prepare(changes = CHANGES, more = ''): Promise<void> {
    await execute(pair.copy.url, TABLES + more);
    await execute(pair.copy.url, `SET session_replication_role = replica; ${ROWS} ${changes}`);
  }

  async function merge(
    options: Partial<RestoreRequest> = {},
    file = stored,
    url = pair.copy.url,
    sizes = SIZES,
  ): Promise<Outcome> {
    const session = await new PostgresTarget(settingsOf(url), sizes).begin(requestOf(file, options));
    let early = false;
    let report: RestorePlan | null = null;
    let kept: Kept = { before: null, transactionId: null };
    try {
      for (const [index, rows] of file.rows.entries())
        await session.stage(index, batchesOf(rows, BATCH_ROWS));
      const plan = await session.plan(file.sequences);
      early = await isWritten('mark');
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
    const written = `relation = '${table}'::regclass AND mode = 'RowExclusiveLock' AND granted`;
    const locks = await locksOf(pair.copy.url, written);
    return locks.length > 0;
  }

  it('stores what the plan says before it is made, and leaves all else as it was', async () => {
    await prepare();
    const shape = await shapeOf(pair.copy.url);
    const { early, error, report } = await merge();
    expect(error).toBeNull();
    expect(early).toBe(true);
    expect(report?.totals).toMatchObject({ created: 75, updated: 75, unchanged: 550 });
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('keeps what was there, so that it can be undone', async () => {
    await prepare();
    const before = await query(pair.copy.url, CONTENT);
    const kept = await merge();
    expect(kept.early).toBe(true);
    await undo(pair.copy.url, kept);
    expect(await query(pair.copy.url, CONTENT)).toEqual(before);
  });

  it('leaves rows alone that are equal but too far apart to be matched', async () => {
    await prepare(`${CHANGES} UPDATE mark SET value = value WHERE id > 450 AND id % 8 = 3;`);
    const { early, error, report } = await merge();
    expect([early, error]).toEqual([true, null]);
    expect(report?.totals).toMatchObject({ created: 75, updated: 75, unchanged: 550 });
    expect(await pair.differences()).toEqual([]);
  });

  it('makes its plan once all rows are written, however many still wait', async () => {
    await prepare();
    const { error, report } = await merge({}, stored, pair.copy.url, {
      ...SIZES,
      earlyRows: 1,
      waitingEarlyRows: 1000,
    });
    expect(error).toBeNull();
    expect(report?.totals).toMatchObject({ created: 75, updated: 75, unchanged: 550 });
  });

  it('shows some of what it has written already', async () => {
    await prepare();
    const session = await new PostgresTarget(settingsOf(pair.copy.url), SIZES).begin(
      requestOf(stored, { sampleRows: 1 }),
    );
    try {
      for (const [index, rows] of stored.rows.entries())
        await session.stage(index, batchesOf(rows, BATCH_ROWS));
      await session.plan(stored.sequences);
      expect(await isWritten('mark')).toBe(true);
      const marks = stored.relations.findIndex(({ name }) => name === 'mark');
      expect((await session.changes()).get(marks)).toMatchObject([
        { action: 'create', key: { id: '2' }, before: null, after: { code: 'code 2', value: '2' } },
        { action: 'update', key: { id: '1' }, before: { value: '2' }, after: { value: '1' } },
      ]);
    } finally {
      await session.rollback();
    }
  });

  describe('in pages with gaps that deleted rows have left', () => {
    const PAGES = "pg_relation_size('mark') / current_setting('block_size')::int";
    const OPTIONS = "SELECT reloptions FROM pg_class WHERE oid = 'mark'::regclass";

    /** One row of eight is gone, and its place is free. */
    async function prepareGaps(own: string): Promise<number> {
      await prepare('DELETE FROM mark WHERE id % 8 = 2;', own);
      await execute(pair.copy.url, 'VACUUM mark');
      const [row] = await query(pair.copy.url, `SELECT ${PAGES} AS pages`);
      return Number(row?.['pages']);
    }

    it('writes into new pages', async () => {
      const pages = await prepareGaps('');
      expect(await merge()).toMatchObject({ early: true, error: null });
      const inGaps = `SELECT id FROM mark WHERE id % 8 = 2 AND (ctid::text::point)[0] < ${pages}`;
      expect(await query(pair.copy.url, inGaps)).toEqual([]);
      expect(await pair.differences()).toEqual([]);
    });

    it.each([
      ['', null],
      [
        'ALTER TABLE mark SET (fillfactor = 90, autovacuum_enabled = off)',
        ['autovacuum_enabled=off', 'fillfactor=90'],
      ],
      ['ALTER TABLE mark SET (fillfactor = 70)', ['fillfactor=70']],
    ])('leaves the table its own room: %s', async (own, options) => {
      await prepareGaps(own);
      expect(await merge()).toMatchObject({ early: true, error: null });
      const [row] = await query<{ reloptions: string[] | null }>(pair.copy.url, OPTIONS);
      expect(row?.reloptions?.toSorted() ?? null).toEqual(options);
    });
  });

  it('takes rows whose parents come after them', async () => {
    await prepare(`${CHANGES} DELETE FROM pupil WHERE id > 90;`);
    const { early, error } = await merge();
    expect([early, error]).toEqual([true, null]);
    expect(await pair.differences()).toEqual([]);
  });

  /** The server marks each parent that it looks for, so that it cannot go. */
  async function serverCheckedKeys(parents = 'pupil'): Promise<boolean> {
    const marked = await query(pair.copy.url, `SELECT FROM ${parents} WHERE xmax <> 0 LIMIT 1`);
    return marked.length > 0;
  }

  /** A role that owns the tables but is no superuser. */
  async function ownerUrl(grant = ''): Promise<string> {
    const url = await pair.copy.giveToPlainRole();
    const role = new URL(url).username;
    await execute(pair.copy.url, `ALTER TABLE pupil OWNER TO ${role}; ALTER TABLE mark OWNER TO ${role}`);
    if (grant !== '') await execute(pair.copy.url, `${grant} ${role}`);
    return url;
  }

  it('checks foreign keys itself for a superuser', async () => {
    await prepare();
    expect(await merge()).toMatchObject({ early: true, error: null });
    expect(await serverCheckedKeys()).toBe(false);
  });

  it('leaves foreign keys to the server for an owner', async () => {
    await prepare(`${CHANGES} DELETE FROM pupil WHERE id > 90;`);
    expect(await merge({}, stored, await ownerUrl())).toMatchObject({ early: true, error: null });
    expect(await serverCheckedKeys()).toBe(true);
    expect(await pair.differences()).toEqual([]);
  });

  it('leaves foreign keys to the server where another constraint would go unchecked', async () => {
    await prepare(CHANGES, 'ALTER TABLE mark ADD UNIQUE (id, value) DEFERRABLE INITIALLY DEFERRED');
    expect(await merge()).toMatchObject({ early: true, error: null });
    expect(await serverCheckedKeys()).toBe(true);
  });

  it('leaves foreign keys to the server whose parents are not kept from going by a lock', async () => {
    await prepare(
      CHANGES,
      `CREATE TABLE person (id int PRIMARY KEY); INSERT INTO person SELECT generate_series(1, 100);
       ALTER TABLE mark ADD FOREIGN KEY (pupil_id) REFERENCES person DEFERRABLE INITIALLY DEFERRED`,
    );
    expect(await merge()).toMatchObject({ early: true, error: null });
    expect(await serverCheckedKeys('person')).toBe(true);
  });

  it('checks foreign keys itself for an owner who was granted it', async () => {
    await prepare();
    const url = await ownerUrl('GRANT SET ON PARAMETER session_replication_role TO');
    try {
      expect(await merge({}, stored, url)).toMatchObject({ early: true, error: null });
      expect(await serverCheckedKeys()).toBe(false);
    } finally {
      await ownerUrl('REVOKE SET ON PARAMETER session_replication_role FROM');
    }
  });

  it.each([
    [
      'a trigger',
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION f();`,
    ],
    ['a check that is not validated', 'ALTER TABLE mark ADD CHECK (value < 100) NOT VALID;'],
    ['a foreign key that does not wait', 'ALTER TABLE mark ADD FOREIGN KEY (pupil_id) REFERENCES pupil;'],
    [
      'a key that others refer to and an update changes',
      'CREATE TABLE sign (code text REFERENCES mark (code));',
    ],
    ['a column that the file lacks', null],
  ])('leaves a table with %s to the plan', async (_name, definition) => {
    await prepare(CHANGES, definition ?? '');
    if (definition === null) await execute(pair.copy.url, 'ALTER TABLE mark ADD extra int');
    const { early, error } = await merge({ allowMissing: true });
    expect([early, error]).toEqual([false, null]);
    expect(await query(pair.copy.url, 'SELECT count(*)::int AS n, sum(value)::int AS sum FROM mark')).toEqual(
      await query(pair.original.url, 'SELECT count(*)::int AS n, sum(value)::int AS sum FROM mark'),
    );
  });

  // Whether a table is one to write early is read from the catalog, which is not the same in each major. What comes of
  // the rows is decided here, not there: once is enough.
  if (server.major !== newestTestServer().major) return;

  it('leaves foreign keys to the server that the ranges of several parents may fulfil', async () => {
    await execute(
      pair.copy.url,
      `CREATE EXTENSION btree_gist; CREATE TABLE place (id int PRIMARY KEY);
       CREATE TABLE stay (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
       CREATE TABLE meal (place int REFERENCES place DEFERRABLE);
       CREATE TABLE visit (stay int, during daterange, FOREIGN KEY (stay, PERIOD during) REFERENCES stay (id, PERIOD during) DEFERRABLE);`,
    );
    const client = await connect(settingsOf(pair.copy.url), { applicationName: 'test' });
    try {
      const checked: string[] = [];
      for (const table of ['meal', 'visit']) {
        const { rows } = await client.query<{ oid: number }>(
          `SELECT 'public.${table}'::regclass::oid AS oid`,
        );
        const oid = rows[0]?.oid ?? 0;
        const keys = await readForeignKeys(client, [oid]);
        const locked = new Set(keys.map(key => key.to.rootOid));
        if ((await keysToCheck(client, oid, keys, locked)) !== null) checked.push(table);
      }
      expect(checked).toEqual(['meal']);
    } finally {
      await client.end();
    }
  });

  it.each([
    ['a dry run', { dryRun: true }],
    ['a careful one', { careful: true }],
    ['a replace, which has to delete first', { mode: 'replace' }],
    ['one that skips what is there', { duplicateStrategy: 'skip' }],
  ] as const)('writes nothing before the plan in %s', async (_name, options) => {
    await prepare();
    const { early, error } = await merge(options);
    expect([early, error]).toEqual([false, null]);
  });

  it('leaves a table in which most rows differ to the plan', async () => {
    await prepare('UPDATE mark SET value = value + 1 WHERE id % 3 > 0;');
    const { early, error } = await merge();
    expect([early, error]).toEqual([false, null]);
    expect(await pair.differences()).toEqual([]);
  });

  /** Expects it to fail early and change nothing, and says what comes of it with care. */
  async function withCare(file = stored, url = pair.copy.url): Promise<Outcome> {
    const before = await query(pair.copy.url, CONTENT);
    const hasty = await merge({}, file, url);
    expect(hasty.error).not.toBeNull();
    expect(hasty.needsCare).toBe(true);
    expect(await query(pair.copy.url, CONTENT)).toEqual(before);
    const careful = await merge({ careful: true }, file, url);
    expect(careful.needsCare).toBe(false);
    return careful;
  }

  it('asks for care where a row takes a value that another has yet to give up', async () => {
    await prepare(
      `${CHANGES} UPDATE mark SET code = 'tmp' WHERE id = 1; UPDATE mark SET code = 'code 1' WHERE id = 497;
       UPDATE mark SET code = 'code 497' WHERE id = 1;`,
    );
    expect((await withCare()).error).toBeNull();
    expect(await pair.differences()).toEqual([]);
  });

  it('asks for care where most rows turn out to differ after all', async () => {
    await prepare(`${CHANGES} UPDATE mark SET value = value + 1 WHERE id > 530;`);
    expect((await withCare()).error).toBeNull();
    expect(await pair.differences()).toEqual([]);
  });

  it.each([
    [
      'a value that a row which stays has',
      "INSERT INTO mark VALUES (-1, 1, 'code 2', 1, '');",
      'id = 2',
      false,
    ],
    ['a parent that is nowhere', 'DELETE FROM pupil WHERE id = 3;', 'pupil_id', false],
    ['a parent that the server finds nowhere', 'DELETE FROM pupil WHERE id = 3;', 'pupil_id', true],
  ])('asks for care for %s, which then names the row', async (_name, change, named, asOwner) => {
    await prepare(CHANGES + change);
    const withoutParents = {
      ...stored,
      rows: stored.rows.map((rows, index) =>
        stored.relations[index]?.name === 'pupil' ? rows.filter(row => !row.startsWith('[3,')) : rows,
      ),
    };
    const { error } = await withCare(withoutParents, asOwner ? await ownerUrl() : undefined);
    expect(error).toMatchObject({ kind: 'restore_failed', message: expect.stringContaining(named) });
  });

  it.each([
    ['one of which the table has', 'id % 8 = 3'],
    ['and the table has otherwise', 'id % 8 = 1'],
    ['none of which the table has', 'id % 8 = 2'],
  ])('lets no key through that the file has twice, %s', async (_name, which) => {
    await prepare();
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
