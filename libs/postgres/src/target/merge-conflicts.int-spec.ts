import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp } from './testing/back-up.js';
import { restore } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

describe.each(testServers())('Rows that pass values to each other on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  beforeEach(() => pair.clear());
  afterAll(() => pair.drop());

  const SEATS = `
    CREATE TABLE seat (id int PRIMARY KEY, code text UNIQUE, pos int NOT NULL, lap text, UNIQUE (pos) DEFERRABLE);
    CREATE UNIQUE INDEX lap_once ON seat (lower(lap)); CREATE TABLE taken (seat_code text REFERENCES seat (code) ON UPDATE CASCADE ON DELETE CASCADE, n int PRIMARY KEY);`;

  async function expectMerged(rows: string, changes: string): Promise<void> {
    await pair.prepare(SEATS, rows);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    await execute(pair.copy.url, changes);
    const shape = await shapeOf(pair.copy.url);
    const { plan, report } = await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(report?.relations).toEqual(plan.relations);
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  }

  const ROWS = `INSERT INTO seat VALUES (1, 'a', 1, 'A'), (2, 'b', 2, 'b'), (3, 'c', 3, NULL), (4, NULL, 4, NULL), (5, 'e', 5, 'e');
    INSERT INTO taken VALUES ('a', 1), ('b', 2), (NULL, 3), ('e', 5);`;

  it('lets a ring of rows exchange them, through constraint, deferrable constraint and expression', async () => {
    await expectMerged(
      ROWS,
      `SET session_replication_role = replica; UPDATE seat SET code = 'tmp' WHERE id = 1; UPDATE seat SET code = 'a' WHERE id = 2; UPDATE seat SET code = 'b' WHERE id = 5; UPDATE seat SET code = 'e' WHERE id = 1;
       UPDATE seat SET lap = 'tmp' WHERE id = 1; UPDATE seat SET lap = 'a' WHERE id = 2; UPDATE seat SET lap = 'B' WHERE id = 1;
       UPDATE seat SET pos = 100 - pos; UPDATE seat SET pos = 100 - pos WHERE id = 3`,
    );
  });

  it('lets a row that is missing take what one that is there gives up', async () => {
    await expectMerged(
      ROWS,
      `SET session_replication_role = replica; DELETE FROM seat WHERE id IN (1, 4); UPDATE seat SET code = 'a', pos = 1, lap = 'a' WHERE id = 2; UPDATE seat SET pos = 4 WHERE id = 3`,
    );
  });

  it('lets a row that changes take what one that is deleted had', async () => {
    await pair.prepare(SEATS, ROWS);
    const stored = await backUp(pair.original.url);
    await execute(
      pair.copy.url,
      `INSERT INTO seat VALUES (9, 'a', 1, 'A'), (8, 'b', 2, 'b'), (1, 'x', 8, 'x'), (2, 'y', 9, 'y'); INSERT INTO taken VALUES ('b', 7)`,
    );
    const { report } = await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(report?.totals).toMatchObject({ updated: 2, deleted: 3 });
    expect(await pair.differences()).toEqual([]);
  });

  it('keeps what a row has in columns that the file lacks, even while it takes the row out', async () => {
    await pair.prepare(SEATS, ROWS);
    const stored = await backUp(pair.original.url, ['seat']);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    await execute(
      pair.copy.url,
      `ALTER TABLE seat ADD mine text DEFAULT 'default', ADD n int GENERATED ALWAYS AS IDENTITY, ADD twice int GENERATED ALWAYS AS (pos * 2) STORED;
       UPDATE seat SET mine = 'kept ' || id, n = DEFAULT; UPDATE seat SET code = 'tmp' WHERE id = 1; UPDATE seat SET code = 'a' WHERE id = 2; UPDATE seat SET code = 'b' WHERE id = 1; DELETE FROM seat WHERE id = 4`,
    );
    const before = await query(pair.copy.url, 'SELECT id, mine, n FROM seat ORDER BY id');
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await query(pair.copy.url, 'SELECT id, mine, n FROM seat WHERE id <> 4 ORDER BY id')).toEqual(
      before,
    );
    expect(
      await query(pair.copy.url, 'SELECT code, mine, twice FROM seat WHERE id IN (2, 4) ORDER BY id'),
    ).toEqual([
      { code: 'b', mine: 'kept 2', twice: 4 },
      { code: null, mine: 'default', twice: 8 },
    ]);
  });

  it('refuses where a row that stays has the value, in a plan as in a restore', async () => {
    await pair.prepare(SEATS, ROWS);
    const stored = await backUp(pair.original.url);
    await execute(pair.copy.url, "INSERT INTO seat VALUES (77, 'e', 77, NULL)");
    for (const dryRun of [true, false]) {
      await expect(restore(pair.copy.url, stored, { mode: 'merge', dryRun })).rejects.toMatchObject({
        kind: 'restore_failed',
        message: expect.stringMatching(/public\.seat \(id = 5\).*code/),
        context: expect.objectContaining({ table: 'public.seat', column: 'code', reason: 'value is taken' }),
      });
    }
    await expect(
      restore(pair.copy.url, stored, { mode: 'merge', duplicateStrategy: 'skip' }),
    ).rejects.toMatchObject({ kind: 'restore_failed' });
    expect(await query(pair.copy.url, 'SELECT id FROM seat')).toEqual([{ id: 77 }]);
  });
});
