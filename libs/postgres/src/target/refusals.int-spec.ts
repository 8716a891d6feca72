import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp } from './testing/back-up.js';
import { restore, type Stored } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';
import type { StageSizes } from './stage-sizes.js';

const TABLES = `
  CREATE EXTENSION btree_gist; CREATE DOMAIN age AS int CHECK (VALUE BETWEEN 0 AND 150); CREATE TYPE mood AS ENUM ('glad');
  CREATE TABLE class (id int PRIMARY KEY, name text);
  CREATE TABLE pupil (id int PRIMARY KEY, class_id int REFERENCES class, code varchar(5) UNIQUE, name text NOT NULL, mark numeric(4,2) CHECK (mark >= 0),
    years age, room int, during int4range, m mood, body text, EXCLUDE USING gist (room WITH =, during WITH &&));`;
const ROWS = `
  INSERT INTO class VALUES (1, 'one'); INSERT INTO pupil SELECT n, 1, 'c' || n, 'n', 1.5, 10, n, '[1,5)', 'glad', 'body' FROM generate_series(1, 3) n;`;

/** A row of `pupil` that cannot be stored, and what an error must say of it. */
const BAD: readonly (readonly [
  what: string,
  row: string,
  expected: { column?: string; reason: RegExp; names?: RegExp },
])[] = [
  [
    'a unique value twice',
    '[9,1,"c1","n","1",1,90,null,"glad",null]',
    { reason: /unique|taken/, names: /code/ },
  ],
  [
    'a foreign key to nothing',
    '[9,8,"c9","n","1",1,90,null,"glad",null]',
    { column: 'class_id', reason: /no such row in public\.class/, names: /id = 9/ },
  ],
  [
    'a broken check',
    '[9,1,"c9","n","-1",1,90,null,"glad",null]',
    { reason: /pupil_mark_check/, names: /id = 9/ },
  ],
  [
    'a null where none may be',
    '[9,1,"c9",null,"1",1,90,null,"glad",null]',
    { column: 'name', reason: /required|null/, names: /id = 9/ },
  ],
  [
    'a broken exclusion',
    '[9,1,"c9","n","1",1,1,"[2,3)","glad",null]',
    { reason: /exclusion/, names: /room, during/ },
  ],
  [
    'a value its domain refuses',
    '[9,1,"c9","n","1",151,90,null,"glad",null]',
    { column: 'years', reason: /age_check/, names: /id = 9/ },
  ],
  [
    'a text too long',
    '[9,1,"c99999","n","1",1,90,null,"glad",null]',
    { column: 'code', reason: /longer/, names: /id = 9/ },
  ],
  [
    'a number out of range',
    '[9,1,"c9","n","100",1,90,null,"glad",null]',
    { column: 'mark', reason: /range/, names: /id = 9/ },
  ],
  [
    'a label that the enum lacks',
    '[9,1,"c9","n","1",1,90,null,"sad",null]',
    { column: 'm', reason: /type/, names: /id = 9/ },
  ],
  [
    'a key that is null',
    '[null,1,"c9","n","1",1,90,null,"glad",null]',
    { column: 'id', reason: /required|null/ },
  ],
  ['a key twice', '[3,1,"c9","n","1",1,90,null,"glad",null]', { reason: /twice|unique/, names: /id/ }],
];

describe.each(testServers())('Rows that cannot be stored on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  beforeEach(() => pair.clear());
  afterAll(() => pair.drop());

  function withRow(stored: Stored, row: string): Stored {
    const at = stored.relations.findIndex(({ name }) => name === 'pupil');
    return { ...stored, rows: stored.rows.map((rows, index) => (index === at ? [...rows, row] : rows)) };
  }

  async function expectRefused(
    stored: Stored,
    [what, row, { column, reason, names }]: (typeof BAD)[number],
    mode: 'merge' | 'replace',
    sizes: Partial<StageSizes> = {},
  ): Promise<void> {
    const failure: unknown = await restore(
      pair.copy.url,
      withRow(stored, row),
      { mode },
      { batchRows: 100, sizes },
    ).catch((error: unknown) => error);
    const where = `${what}, ${mode}`;
    expect(failure, where).toMatchObject({ kind: 'restore_failed' });
    if (!(failure instanceof Error)) return;
    expect(failure.message, where).toContain('public.pupil');
    expect(failure.message, where).toContain('Nothing was changed');
    const context: unknown = Reflect.get(failure, 'context');
    const told = JSON.stringify([failure.message, context]);
    expect(told, where).toMatch(reason);
    if (names !== undefined) expect(told, where).toMatch(names);
    if (column !== undefined) expect(context, where).toMatchObject({ column });
  }

  it('change nothing among other rows, and are named with table, key, column and reason', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url);
    await execute(
      pair.copy.url,
      `${ROWS} UPDATE pupil SET body = 'mine'; INSERT INTO class VALUES (2, 'mine'); INSERT INTO pupil (id, name) VALUES (50, 'mine')`,
    );
    const [content, shape] = [await backUp(pair.copy.url), await shapeOf(pair.copy.url)];
    for (const bad of BAD) {
      await expectRefused(stored, bad, 'replace');
      await expectRefused(stored, bad, 'merge');
    }
    const after = await backUp(pair.copy.url);
    expect(after.rows).toEqual(content.rows);
    expect(after.sequences).toEqual(content.sequences);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('change nothing where many rows are loaded into an empty table', async () => {
    await pair.prepare(
      TABLES,
      `${ROWS} INSERT INTO pupil (id, name, body) SELECT n, 'n', repeat('x', 300) FROM generate_series(1000, 1200) n`,
    );
    const stored = await backUp(pair.original.url);
    const shape = await shapeOf(pair.copy.url);
    for (const bad of BAD) {
      const [what, row, expected] = bad;
      const { names: _names, column, ...rest } = expected;
      // What is checked once all rows are in is known by its constraint and, if the server tells, its values.
      const inTheEnd = ['a unique value twice', 'a foreign key to nothing', 'a key twice'].includes(what);
      await expectRefused(
        stored,
        [what, row, inTheEnd ? { reason: /unique|foreign key/ } : { ...rest, ...(column && { column }) }],
        'merge',
        { manyRowsBytes: 10 << 10 },
      );
    }
    expect(await query(pair.copy.url, 'SELECT count(*)::int AS n FROM pupil')).toEqual([{ n: 0 }]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('are foreseen by a dry run', async () => {
    await pair.prepare(TABLES, ROWS);
    const stored = await backUp(pair.original.url);
    await execute(pair.copy.url, ROWS);
    const unforeseen: string[] = [];
    for (const [what, row] of BAD) {
      const outcome: unknown = await restore(pair.copy.url, withRow(stored, row), {
        mode: 'merge',
        dryRun: true,
      }).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) unforeseen.push(what);
    }
    expect(unforeseen).toEqual(['a broken exclusion']);
  });
});
