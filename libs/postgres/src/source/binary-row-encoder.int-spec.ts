import { createHash } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, execute, testServers, type TestDatabase } from '@satchel/testing';
import { readRelations, storedColumns, type CatalogRelation } from '../catalog/index.js';
import { connect, parseConnectionString } from '../connection/index.js';
import { copyOut } from './copy-out.js';
import { copyTable, rowsOf } from './copy-statement.js';
import { binaryFormat, rowFormat, textFormat, type RowFormat } from './row-format.js';

const TYPES = `
  CREATE TYPE mood AS ENUM ('glad', 'so "so"', E'back\\\\slash', 'नमस्ते');
  CREATE DOMAIN small AS smallint; CREATE DOMAIN smaller AS small; CREATE DOMAIN feeling AS mood;
  CREATE DOMAIN price AS numeric(10,2); CREATE DOMAIN moment AS timestamptz`;

/** Each type with its extremes as SQL writes them, and an expression over the row number `i` and `random()` for more. */
const COLUMNS: readonly (readonly [type: string, extremes: readonly string[], random: string])[] = [
  ['smallint', ['-32768', '-1', '0', '9', '10', '99', '100', '32767'], '(random() * 65535 - 32768)::int'],
  [
    'integer',
    ['-2147483648', '-2147483647', '-1', '0', '99999', '100000', '2147483647'],
    'trunc(exp(random() * 21.4)) * (1 - 2 * (i % 2))',
  ],
  [
    'bigint',
    [
      '-9223372036854775808',
      '9223372036854775807',
      '2147483647',
      '2147483648',
      '-2147483648',
      '4294967295',
      '4294967296',
      '9999999999',
      '100000000',
      '999999999999999',
      '1000000000000000',
      '-999999999999999',
      '-1000000000000000',
      '9007199254740993',
      '0',
    ],
    'trunc(exp(random() * 43.5)::numeric) * (1 - 2 * (i % 2))',
  ],
  ['oid', ['0', '2147483647', '2147483648', '4294967295'], 'trunc(random() * 4294967295)::bigint'],
  ['boolean', ['true', 'false'], 'random() < 0.5'],
  [
    'text',
    [
      "''",
      "' '",
      "'null'",
      "E'\\\\N'",
      "E'\\\\.'",
      "(SELECT string_agg(chr(c), '') FROM generate_series(1, 700) AS c)",
      "(SELECT string_agg(chr(c) || 'abc', '') FROM generate_series(1, 130) AS c)",
      `E'"\\\\"\\\\\\\\"""'`,
      "'😀 नमस्ते 你好' || chr(8232) || chr(65279)",
      "repeat('x', 300000)",
      `repeat(E'"\\\\\\x01é', 80000)`,
    ],
    'left(md5(random()::text) || chr(1 + (i % 300)) || md5(random()::text), (i % 66)) || chr(1 + (i % 127))',
  ],
  ['character varying(5)', ["'ab '", "''"], 'left(md5(random()::text), i % 6)'],
  ['character(7)', ["'ab'", "''"], 'left(md5(random()::text), i % 8)'],
  [
    'json',
    [`'{"a" :  1, "a": "\\u0041\\n", "b": null}'`, "'null'", `E'[1,\\n\\t2]'`],
    `('{"a":' || random() || '}')::json`,
  ],
  [
    'jsonb',
    [`'{"a" :  1.00, "b": "\\n\\"\\\\"}'`, "'null'", "'[]'"],
    `jsonb_build_object('a', random(), md5(i::text), i)`,
  ],
  [
    'public.mood',
    ["'glad'", `'so "so"'`, "E'back\\\\slash'", "'नमस्ते'"],
    '(enum_range(NULL::public.mood))[1 + i % 4]',
  ],
  ['public.feeling', [`'so "so"'`], "'glad'"],
  ['public.smaller', ['7', '-7'], 'i % 100'],
  ['public.price', ["'3000'", "'NaN'", "'-0.01'"], '(random() * 1e8 - 5e7)::numeric'],
  ['public.moment', ["'2025-09-27 10:00+05:30'"], "'2020-01-01'::timestamptz + i * interval '1 hour'"],
  [
    'date',
    [
      "'2025-09-27'",
      "'2000-02-29'",
      "'1900-02-28'",
      "'1900-03-01'",
      "'0001-01-01'",
      "'0001-12-31 BC'",
      "'0001-01-01 BC'",
      "'0004-02-29'",
      "'0005-02-29 BC'",
      "'0044-03-15 BC'",
      "'9999-12-31'",
      "'10000-01-01'",
      "'infinity'",
      "'-infinity'",
      "'4714-11-24 BC'",
      "'5874897-12-31'",
    ],
    "'4714-11-24 BC'::date + (CASE WHEN i % 3 = 0 THEN random() * 2147483 * 999 WHEN i % 3 = 1 THEN 2400000 + random() * 60000 ELSE random() * 5400000 END)::int",
  ],
  [
    'time',
    ["'00:00'", "'24:00:00'", "'23:59:59.999999'", "'00:00:00.000001'", "'12:34:56.7'"],
    "'00:00'::time + random() * interval '1 day'",
  ],
  [
    'timestamp',
    [
      "'2025-09-27 10:00'",
      "'0001-01-01 BC'",
      "'0001-01-01'",
      "'0001-12-31 23:59:59.999999 BC'",
      "'9999-12-31 23:59:59.999999'",
      "'10000-01-01'",
      "'infinity'",
      "'-infinity'",
      "'4714-11-24 00:00:00 BC'",
      "'294276-12-31 23:59:59.999999'",
      "'1969-12-31 23:59:59.5'",
      "'1999-12-31 23:59:59.999999'",
      "'2000-01-01'",
      "'2285-06-05 23:47:34.740991'",
      "'2285-06-05 23:47:34.740992'",
      "'1714-07-28 00:12:25.259008'",
      "'1714-07-28 00:12:25.259007'",
    ],
    "'4714-11-24 BC'::timestamp + random() * interval '298000 years'",
  ],
  [
    'timestamptz',
    [
      "'2025-09-27 10:00+05:30'",
      "'0044-03-15 12:00:00.25+00 BC'",
      "'0001-01-01 00:00:00+00'",
      "'infinity'",
      "'-infinity'",
      "'4714-11-24 00:00:00+00 BC'",
      "'294276-12-31 23:59:59.999999+00'",
      "'2000-01-01 00:00:00.000001+00'",
      "'2000-01-01 00:00:00.1+00'",
    ],
    "'1700-01-01'::timestamptz + random() * interval '600 years'",
  ],
  ['timestamptz(0)', ["'2025-09-27 10:00:00.6+00'"], "now() - random() * interval '9 years'"],
  [
    'numeric',
    [
      '0',
      "'-0.00'",
      "'3000.00'",
      "'0.0001'",
      "'0.00001'",
      "'-0.00000000000000000001'",
      "'10000'",
      "'9999.9999'",
      "'100000000.00000001'",
      "'1e131071'",
      "'-1e-16383'",
      "'9.9e131071'",
      '0::numeric(1000,1000)',
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
    ],
    '(random() - 0.5)::numeric * (10::numeric ^ (i % 60 - 30))',
  ],
  [
    'uuid',
    ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'"],
    'md5(random()::text)::uuid',
  ],
  [
    'bytea',
    ["''", "'\\x00ff5c22'", "decode(repeat('5c', 200000), 'hex')"],
    "decode(left(md5(random()::text), i % 16 * 2), 'hex')",
  ],
];

const RANDOM_ROWS = 1500;

/** A row for each extreme in its own column, rows of random values, and one of nulls; and tables of other shapes. */
function fillSql(): string {
  const extremes = COLUMNS.flatMap(([, values], index) =>
    values.map(value => `INSERT INTO everything (c${index}) VALUES (${value});`),
  );
  const random = COLUMNS.map(
    ([type, , value], index) => `CASE WHEN i % 11 <> ${index % 11} THEN (${value})::${type} END`,
  );
  return `
    CREATE TABLE everything (${COLUMNS.map(([type], index) => `c${index} ${type}`).join(', ')});
    ${extremes.join('\n')}
    SELECT setseed(0.5);
    INSERT INTO everything SELECT ${random.join(', ')} FROM generate_series(1, ${RANDOM_ROWS}) AS i;
    CREATE TABLE empty (id bigint, at timestamptz);
    CREATE TABLE "Visits" (id bigint, gone int, at timestamptz, twice bigint GENERATED ALWAYS AS (id * 2) STORED, day date);
    ALTER TABLE "Visits" DROP COLUMN gone;
    INSERT INTO "Visits" (id, at, day) SELECT i, '2024-01-01'::timestamptz + i * interval '1.37 s', '2024-01-01'::date + i / 100
      FROM generate_series(1, 20000) AS i;
    CREATE TABLE days (id int, at timestamptz) PARTITION BY RANGE (id);
    CREATE TABLE days_low (at timestamptz, id int); ALTER TABLE days ATTACH PARTITION days_low FOR VALUES FROM (0) TO (10);
    INSERT INTO days VALUES (1, '2024-01-01'), (2, NULL)`;
}

interface Read {
  readonly bytes: Buffer;
  readonly rows: number;
  readonly digest: string;
}

async function readWith(client: pg.Client, relation: CatalogRelation, format: RowFormat): Promise<Read> {
  const chunks: Uint8Array[] = [];
  let rows = 0;
  for await (const batch of copyOut(client, { sql: copyTable(relation, rowsOf(relation)), format })) {
    chunks.push(batch.bytes);
    rows += batch.rows;
  }
  const bytes = Buffer.concat(chunks);
  return { bytes, rows, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** Both forms of a table, line by line first, so that a failure shows the row and not megabytes. */
async function expectSame(client: pg.Client, relation: CatalogRelation): Promise<Read> {
  const columns = storedColumns(relation);
  const binary = binaryFormat(columns);
  if (binary === null) throw new Error(`${relation.name} has a type without binary form`);
  const expected = await readWith(client, relation, textFormat(columns));
  const actual = await readWith(client, relation, binary);
  const expectedLines = expected.bytes.toString().split('\n');
  const different = actual.bytes
    .toString()
    .split('\n')
    .flatMap((line, index) =>
      line === expectedLines[index] ? [] : [[line.slice(0, 300), expectedLines[index]?.slice(0, 300)]],
    );
  expect(different.slice(0, 3)).toEqual([]);
  expect(actual.digest).toBe(expected.digest);
  expect(actual.rows).toBe(expected.rows);
  return actual;
}

describe.each(testServers())('BinaryRowEncoder on PostgreSQL $major', server => {
  let database: TestDatabase;
  let client: pg.Client;
  let relations: readonly CatalogRelation[];

  beforeAll(async () => {
    database = await createTestDatabase(server);
    await execute(database.url, `${TYPES}; ${fillSql()}`);
    client = await connect(parseConnectionString(database.url, {}), { applicationName: 'binary' });
    relations = await readRelations(client);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  function relationOf(name: string): CatalogRelation {
    const found = relations.find(relation => relation.name === name);
    if (found === undefined) throw new Error(`no table ${name}`);
    return found;
  }

  it('writes the extremes of every type, and random values, as the text form has them', async () => {
    expect(relationOf('everything').columns).toHaveLength(COLUMNS.length);
    const { rows } = await expectSame(client, relationOf('everything'));
    expect(rows).toBe(RANDOM_ROWS + COLUMNS.reduce((sum, [, extremes]) => sum + extremes.length, 0));
  });

  it('reads a table without rows, dropped and generated columns, and partitions', async () => {
    expect((await expectSame(client, relationOf('empty'))).rows).toBe(0);
    expect((await expectSame(client, relationOf('Visits'))).rows).toBe(20_000);
    expect((await expectSame(client, relationOf('days'))).bytes.toString()).toBe(
      '[1,"2024-01-01 00:00:00+00"]\n[2,null]\n',
    );
  });

  it('reads a school the same both ways', async () => {
    const school = await createTestDatabase(server, { template: 'school' });
    const reader = await connect(parseConnectionString(school.url, {}), { applicationName: 'binary' });
    try {
      let inBinary = 0;
      let chosen = 0;
      for (const relation of await readRelations(reader)) {
        const columns = storedColumns(relation);
        if (binaryFormat(columns) === null) continue;
        inBinary += (await expectSame(reader, relation)).rows;
        if (rowFormat(columns).name === 'binary') chosen++;
      }
      expect(inBinary).toBeGreaterThan(10_000);
      expect(chosen).toBeGreaterThan(0);
    } finally {
      await reader.end();
      await school.drop();
    }
  });
});
