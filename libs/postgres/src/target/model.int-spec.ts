import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, testServers } from '@satchel/testing';
import { backUp, undo } from './testing/back-up.js';
import { restore, type Stored } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

const RUNS = 5;

/** A foreign key of a table to one that may come after it, or to itself. */
interface Link {
  readonly to: number;
  readonly byUnique: boolean;
  readonly action: string;
  readonly timing: string;
}

interface Table {
  readonly compositeKey: boolean;
  readonly uniqueIndex: string;
  readonly links: readonly Link[];
}

/** One row: its key, its unique value, a text, and for each link which row it picks. */
interface Row {
  readonly id: number;
  readonly unique: number | null;
  readonly text: string;
  readonly picks: readonly number[];
}

const LINK: fc.Arbitrary<Link> = fc.record({
  to: fc.nat(3),
  byUnique: fc.boolean(),
  action: fc.constantFrom(
    '',
    ' ON DELETE CASCADE ON UPDATE CASCADE',
    ' ON DELETE RESTRICT',
    ' ON DELETE SET NULL',
  ),
  timing: fc.constantFrom('', ' DEFERRABLE', ' DEFERRABLE INITIALLY DEFERRED'),
});
const TABLE: fc.Arbitrary<Table> = fc.record({
  compositeKey: fc.boolean(),
  uniqueIndex: fc.constantFrom(
    '',
    'CREATE UNIQUE INDEX ON {} ((u + 1))',
    'CREATE UNIQUE INDEX ON {} (u) WHERE t <> $$$$',
  ),
  links: fc.array(LINK, { maxLength: 2 }),
});
const ROWS: fc.Arbitrary<readonly Row[]> = fc.uniqueArray(
  fc.record({
    id: fc.nat(7),
    unique: fc.nat(7),
    text: fc.constantFrom('', 'a', 'b\n', '"\\'),
    picks: fc.array(fc.nat(7), { minLength: 2, maxLength: 2 }),
  }),
  { selector: row => row.id, maxLength: 7 },
);
const STATE = fc.array(ROWS, { minLength: 4, maxLength: 4 });

/** Any two states of any schema, whatever they hold in common. */
const CASE = fc.record({ tables: fc.array(TABLE, { minLength: 2, maxLength: 4 }), a: STATE, b: STATE });

function createTables(tables: readonly Table[]): string {
  const create = tables.map(
    ({ compositeKey, uniqueIndex, links }, at) =>
      `CREATE TABLE t${at} (id int NOT NULL, u int UNIQUE, t text, ${links.map((_, n) => `l${n} int, `).join('')}
         PRIMARY KEY (${compositeKey ? 't, id' : 'id'}), UNIQUE (id)); ${uniqueIndex.replace('{}', `t${at}`)};`,
  );
  const alter = tables.flatMap(({ links }, at) =>
    links.map(
      ({ to, byUnique, action, timing }, n) =>
        `ALTER TABLE t${at} ADD FOREIGN KEY (l${n}) REFERENCES t${to % tables.length} (${byUnique ? 'u' : 'id'})${action}${timing};`,
    ),
  );
  return [...create, ...alter].join('\n');
}

/** Rows as the database is given them: unique values taken once, links only to rows that are there. */
function consistent(
  tables: readonly Table[],
  state: readonly (readonly Row[])[],
): (number | string | null)[][][] {
  const rows = tables.map((_, at) => {
    const taken = new Set<number>();
    return (state[at] ?? []).map(row => {
      const unique = row.unique === null || taken.has(row.unique) ? null : row.unique;
      if (unique !== null) taken.add(unique);
      return { ...row, unique };
    });
  });
  return tables.map(({ links }, at) =>
    (rows[at] ?? []).map(row => [
      row.id,
      row.unique,
      row.text,
      ...links.map(({ to, byUnique }, n) => {
        const targets = (rows[to % tables.length] ?? []).flatMap(target => {
          const value = byUnique ? target.unique : target.id;
          return value === null ? [] : [value];
        });
        return targets[(row.picks[n] ?? 0) % (targets.length + 1)] ?? null;
      }),
    ]),
  );
}

const literal = (value: number | string | null): string =>
  value === null
    ? 'NULL'
    : typeof value === 'number'
      ? String(value)
      : ` E'${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}'`;

function fill(state: readonly (readonly (number | string | null)[])[][]): string {
  return `BEGIN; SET LOCAL session_replication_role = replica; ${state
    .map(
      (rows, at) =>
        `DELETE FROM t${at}; ${rows.map(row => `INSERT INTO t${at} VALUES (${row.map(literal).join(', ')});`).join(' ')}`,
    )
    .join('\n')} COMMIT`;
}

function contentOf(stored: Stored): string[][] {
  return stored.rows.map(rows => rows.toSorted());
}

/** What a restore of state A over state B does to a table, by the key of its rows. */
function expectedCounts(table: Table, a: readonly string[], b: readonly string[], replace: boolean) {
  const keyOf = (line: string): string => {
    const row: unknown = JSON.parse(line);
    if (!Array.isArray(row)) throw new Error('no row');
    return JSON.stringify(table.compositeKey ? [row[0], row[2]] : row[0]);
  };
  const live = new Map(b.map(line => [keyOf(line), line]));
  const stored = new Set(a.map(keyOf));
  const created = a.filter(line => !live.has(keyOf(line))).length;
  const unchanged = a.filter(line => live.get(keyOf(line)) === line).length;
  const deleted = replace ? b.filter(line => !stored.has(keyOf(line))).length : 0;
  return { created, updated: a.length - created - unchanged, unchanged, skipped: 0, deleted };
}

describe.each(testServers())('Any schema and any two states of it on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeAll(async () => {
    pair = await DatabasePair.make(server);
  });
  afterAll(() => pair.drop());

  it('are told apart by the plan, made equal by replace, united by merge, and parted again by undo', async () => {
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(CASE, async ({ tables, a, b }) => {
        const { url } = pair.copy;
        await execute(url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
        await execute(url, createTables(tables));
        await execute(url, fill(consistent(tables, a)));
        const stored = await backUp(url);
        await execute(url, fill(consistent(tables, b)));
        const before = await backUp(url);
        const shape = await shapeOf(url);
        const expected = (replace: boolean) =>
          tables.map((table, at) =>
            expectedCounts(table, stored.rows[at] ?? [], before.rows[at] ?? [], replace),
          );

        const dry = await restore(url, stored, { mode: 'replace', dryRun: true });
        const done = await restore(url, stored, { mode: 'replace' }, { keepBefore: true });
        expect(dry.plan.relations).toMatchObject(expected(true));
        expect(done.report?.relations).toMatchObject(expected(true));
        expect(contentOf(await backUp(url))).toEqual(contentOf(stored));
        if (done.before !== null) await undo(url, done);
        expect(contentOf(await backUp(url))).toEqual(contentOf(before));

        // A merge may be impossible: a row that stays has the unique value of one that comes, or needs what changes.
        const plan = await restore(url, stored, { mode: 'merge', dryRun: true }).catch(
          (error: unknown) => error,
        );
        const merge = await restore(url, stored, { mode: 'merge' }).catch((error: unknown) => error);
        if (merge instanceof Error) {
          expect(merge).toMatchObject({ kind: 'restore_failed' });
          expect(contentOf(await backUp(url))).toEqual(contentOf(before));
        } else {
          merged++;
          expect(plan).not.toBeInstanceOf(Error);
          expect(merge).toMatchObject({ report: { relations: expected(false) } });
          const after = await backUp(url);
          for (const [at, rows] of stored.rows.entries())
            expect(after.rows[at]).toEqual(expect.arrayContaining(rows));
          for (const [at, rows] of before.rows.entries()) {
            const counts = expected(false)[at];
            expect(after.rows[at]).toHaveLength(rows.length + (counts?.created ?? 0));
          }
        }
        expect(await shapeOf(url)).toEqual(shape);
      }),
      { numRuns: RUNS, seed: 20260927 },
    );
    expect(merged).toBeGreaterThan(0);
  });
});
