import fc from 'fast-check';
import type pg from 'pg';
import pgCopy from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, execute, testServers, type TestDatabase } from '@satchel/testing';
import type { RowBatch } from '@satchel/domain';
import type { CatalogColumn } from '../catalog/catalog-relation.js';
import { LIST_COLUMNS } from '../catalog/sql/list-columns.sql.js';
import { connect, parseConnectionString } from '../connection/index.js';
import type { BinaryKind } from '../binary/binary-kind.js';
import { BinaryRowDecoder } from './binary-row-decoder.js';
import { RowDecoder } from './row-decoder.js';

const TYPES = `
  CREATE TYPE public.mark AS ENUM ('A', 'é "quoted"', 'back\\slash');
  CREATE DOMAIN public.amount AS numeric(9,2) CHECK (VALUE <> 13);
  CREATE DOMAIN public.price AS public.amount NOT NULL;
  CREATE DOMAIN public.grade AS public.mark;
  CREATE DOMAIN public.word AS varchar(12)`;

const asString = (text: string): string => JSON.stringify(text);
/** The same string with nothing but escapes, which every reader must take as well. */
const asEscapes = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
const asEither = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.boolean()).map(([value, plain]) => (plain ? asString(value) : value));

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0000123456789'), minLength: 1, maxLength });
const bareOrString = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.boolean())
    .map(([value, bare]) => (bare && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) ? value : asString(value)));
const decimal = (integer: number, fraction: number): fc.Arbitrary<string> =>
  bareOrString(
    fc
      .tuple(fc.constantFrom('', '-'), digits(integer), fc.option(digits(fraction)))
      .map(([sign, whole, part]) => `${sign}${whole}${part === null ? '' : `.${part}`}`),
  );

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength }).map(value => value.replaceAll('\0', ''));
const textToken = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(text(maxLength), fc.boolean())
    .map(([value, plain]) => (plain ? asString(value) : asEscapes(value)));

const anyDay = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10));
const day = fc.oneof(
  anyDay,
  fc.constantFrom('2024-02-28', '2024-02-29', '2024-03-29', '1999-12-31', '2000-01-01'),
);
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 86_399 }),
    fc.option(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 6 })),
  )
  .map(
    ([second, fraction]) =>
      new Date(second * 1000).toISOString().slice(11, 19) + (fraction === null ? '' : `.${fraction}`),
  );
const moment = fc.oneof(
  fc.tuple(day, clock).map(([date, time]) => `${date} ${time}`),
  fc.constantFrom(
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999999',
    '1999-12-31 23:59:59.999999',
    '1709-01-01 00:00:00.000001',
  ),
);
const withInfinity = (value: fc.Arbitrary<string>, most = 20): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: value, weight: most },
    { arbitrary: fc.constantFrom('infinity', '-infinity'), weight: 1 },
  );

const floatText = (value: number): string =>
  Object.is(value, -0) ? asString('-0') : Number.isFinite(value) ? String(value) : asString(String(value));
const jsonText = fc
  .jsonValue()
  .map(value => JSON.stringify(value, null, 1))
  .filter(value => !value.includes('\\u0000'));

/** Values that the binary form takes, as they stand in the archive. */
const COLUMNS: readonly (readonly [type: string, value: fc.Arbitrary<string>])[] = [
  ['smallint', asEither(fc.integer({ min: -32_768, max: 32_767 }).map(String))],
  ['integer', asEither(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String))],
  ['bigint', asEither(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String))],
  ['bigint', asEither(fc.integer({ min: -1e6, max: 1e6 }).map(String))],
  ['oid', asEither(fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(String))],
  ['boolean', fc.constantFrom('true', 'false')],
  ['text', fc.oneof(textToken(40), fc.constantFrom('true', 'false', '-0.50', '1e400'))],
  ['character varying(12)', textToken(12)],
  ['character(12)', textToken(12)],
  ['public.word', textToken(12)],
  ['public.mark', fc.constantFrom('A', 'é "quoted"', 'back\\slash').map(asString)],
  ['public.grade', fc.constantFrom('A', 'é "quoted"', 'back\\slash').map(asEscapes)],
  ['json', fc.oneof(jsonText.map(asString), fc.constantFrom('5', '-1.50'))],
  ['jsonb', fc.oneof(jsonText.map(asString), fc.constantFrom('5', '-1.50', '"null"'))],
  ['date', withInfinity(day).map(asString)],
  ['time', clock.map(asString)],
  ['time(2)', clock.map(asString)],
  ['timestamp', withInfinity(moment).map(asString)],
  ['timestamp(0)', withInfinity(moment.filter(value => !value.startsWith('9999-12-31'))).map(asString)],
  ['timestamptz', withInfinity(moment.map(value => `${value}+00`)).map(asString)],
  ['timestamptz(3)', withInfinity(moment.map(value => `${value}+00`)).map(asString)],
  [
    'numeric',
    fc.oneof(decimal(9, 6), decimal(60, 60), fc.constantFrom('NaN', 'Infinity', '-Infinity').map(asString)),
  ],
  ['numeric', decimal(3000, 3000)],
  ['numeric(12,4)', decimal(8, 12)],
  ['public.amount', decimal(6, 4).filter(value => Math.round(Number(value.replaceAll('"', ''))) !== 13)],
  ['public.price', decimal(6, 4).filter(value => Math.round(Number(value.replaceAll('"', ''))) !== 13)],
  [
    'double precision',
    fc.oneof(
      fc.double().map(floatText),
      decimal(25, 25).filter(value => !/"-?0\d/.test(value)),
    ),
  ],
  [
    'real',
    fc.oneof(
      fc
        .float()
        .filter(value => value === 0 || !(Math.abs(value) < 2 ** -126))
        .map(value =>
          value === 0 || !Number.isFinite(value) ? floatText(value) : String(Number(value.toPrecision(9))),
        ),
    ),
  ],
  ['uuid', fc.tuple(fc.uuid(), fc.boolean()).map(([id, upper]) => asString(upper ? id.toUpperCase() : id))],
  [
    'bytea',
    fc.uint8Array({ maxLength: 40 }).map(bytes => asString(`\\x${Buffer.from(bytes).toString('hex')}`)),
  ],
];

/** Values of all sorts, of which each type takes some; for what the binary form takes, the text form must say the same. */
const STRANGE: readonly string[] = [
  '0',
  '-0',
  '1',
  '-1',
  '32768',
  '2147483648',
  '4294967295',
  '4294967296',
  '999999999999999999999',
  '1e3',
  '1.5',
  '0.00',
  '-0.000',
  '1e400',
  '1e-400',
  '3.5e38',
  '1e-45',
  '16777217',
  '16777217.000000001',
  '123456789012345678',
  'true',
  'false',
  'null',
  ...[
    '',
    ' ',
    '-',
    '+1',
    ' 1',
    '1 ',
    '007',
    '-007',
    '0x10',
    '1_000',
    '1e3',
    '.5',
    '5.',
    'NaN',
    'nan',
    'Infinity',
  ].map(asString),
  ...[
    '-Infinity',
    'inf',
    'infinity',
    '-infinity',
    '-0',
    '-0.0',
    '00.10',
    '9223372036854775807',
    '-9223372036854775808',
  ].map(asString),
  ...[
    '9223372036854775808',
    '-9223372036854775809',
    't',
    'true',
    'yes',
    'A',
    'é "quoted"',
    'a "word"',
    '13',
    '13.00',
  ].map(asString),
  ...[
    '2024-02-29',
    '2023-02-29',
    '0001-01-01',
    '0000-01-01',
    '9999-12-31',
    '10000-01-01',
    '0044-03-15 BC',
    'epoch',
  ].map(asString),
  ...[
    'now',
    '2024-1-1',
    '20240101',
    '2024-01-01 ',
    '24:00:00',
    '23:59:60',
    '23:59:59.9999999',
    '01:02',
    '01:02:03',
  ].map(asString),
  ...['01:02:03+00', '01:02:03.', '2024-01-01 24:00:00', '2024-01-01 01:02:60', '2024-01-01 01:02:03'].map(
    asString,
  ),
  ...[
    '2024-01-01T01:02:03',
    '2024-01-01 01:02:03Z',
    '2024-01-01 01:02:03+00',
    '2024-01-01 01:02:03+05:30',
  ].map(asString),
  ...['2024-01-01 01:02:03.1234567+00', '2024-01-01 01:02:03+00 BC', '2024-01-01 01:02:03.+00'].map(asString),
  ...[
    '123e4567-e89b-12d3-a456-426614174000',
    '{123e4567-e89b-12d3-a456-426614174000}',
    '\\x',
    '\\x0',
    '\\xAb',
  ].map(asString),
  ...[
    '\\x0 0',
    '\\\\',
    '\\000',
    'abc',
    'abc         ',
    'twelve chars',
    'more than twelve',
    'spaces behind     ',
  ].map(asString),
  ...['{}', '[1, 2]', '{"a":1,"a":2}', '"text"', 'null', '{"a"', '\ud83d\ude00', 'back\\slash'].map(asString),
  ...[
    `0.${'0'.repeat(16_383)}`,
    `1${'0'.repeat(131_071)}`,
    `${'0'.repeat(200_000)}1`,
    '99999999.99995',
    '-0.005',
  ].map(asString),
];

const servers = testServers();

describe.each(servers)('BinaryRowDecoder on PostgreSQL $major', server => {
  let database: TestDatabase;
  let client: pg.Client;
  let catalog: CatalogColumn[];
  let kinds: BinaryKind[];

  beforeAll(async () => {
    database = await createTestDatabase(server);
    await execute(database.url, TYPES);
    client = await connect(parseConnectionString(database.url, {}), { applicationName: 'test' });
    const columns = COLUMNS.map(([type], index) => `"c${index}" ${type}`).join(', ');
    await client.query(
      `CREATE TEMP TABLE by_text (n int, ${columns}); CREATE TEMP TABLE by_binary (LIKE by_text)`,
    );
    const { rows } = await client.query<{ oid: number }>(`SELECT 'pg_temp.by_text'::regclass::oid AS oid`);
    catalog = (await client.query<CatalogColumn>(LIST_COLUMNS, [[rows[0]?.oid]])).rows;
    kinds = BinaryRowDecoder.kindsOf(catalog) ?? [];
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function copy(sql: string, bytes: Buffer): Promise<number> {
    const stream = client.query(pgCopy.from(sql));
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.end(bytes, () => resolve());
    });
    return stream.rowCount;
  }

  const copyText = (columns: string, batch: RowBatch, width: number): Promise<number> =>
    copy(
      `COPY pg_temp.by_text (${columns}) FROM STDIN`,
      new RowDecoder(Array<boolean>(width).fill(true), 'pg_temp.by_text').decode(batch),
    );

  const copyBinary = (columns: string, decoder: BinaryRowDecoder, tuples: Buffer): Promise<number> =>
    copy(
      `COPY pg_temp.by_binary (${columns}) FROM STDIN (FORMAT binary)`,
      Buffer.concat([decoder.header(), tuples, decoder.trailer()]),
    );

  async function differences(): Promise<unknown[]> {
    const { rows } = await client.query<{ text: string; binary: string }>(
      `SELECT t AS text, b AS binary FROM pg_temp.by_text AS t FULL JOIN pg_temp.by_binary AS b USING (n)
       WHERE (t *= b) IS NOT TRUE LIMIT 3`,
    );
    return rows;
  }

  it('stores the same bytes as the text form', async () => {
    expect(kinds).toHaveLength(COLUMNS.length + 1);
    const names = catalog.map(column => `"${column.name}"`).join(', ');
    const row = fc.tuple(
      ...COLUMNS.map(([type, value]) =>
        type === 'public.price'
          ? value
          : fc.oneof({ arbitrary: value, weight: 9 }, { arbitrary: fc.constant('null'), weight: 1 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 20, maxLength: 60 }), async rows => {
        await client.query('TRUNCATE pg_temp.by_text, pg_temp.by_binary');
        const batch = {
          bytes: Buffer.from(rows.map((values, n) => `[${n},${values.join(',')}]\n`).join('')),
          rows: rows.length,
        };
        const decoder = new BinaryRowDecoder(
          kinds.map(kind => ({ kind })),
          'pg_temp.by_binary',
        );
        const decoded = decoder.decode(batch);
        expect(decoded.rest === null ? null : Buffer.from(decoded.rest.bytes).toString()).toBeNull();
        expect(await copyBinary(names, decoder, decoded.bytes)).toBe(rows.length);
        expect(await copyText(names, batch, kinds.length)).toBe(rows.length);
        expect(await differences()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('stores what the text form would, or fails as it would, whatever the value', async () => {
    const outcome = async (work: Promise<number>): Promise<string> => {
      try {
        return `${await work} row`;
      } catch (error) {
        return String((error as pg.DatabaseError).code);
      }
    };
    let compared = 0;
    for (const [index, [type]] of COLUMNS.entries()) {
      await client.query('TRUNCATE pg_temp.by_text, pg_temp.by_binary');
      const kind = kinds[index + 1];
      const n = kinds[0];
      if (kind === undefined || n === undefined) throw new Error('a kind is missing');
      const columns = `n, "c${index}"`;
      for (const [at, value] of STRANGE.entries()) {
        const batch = { bytes: Buffer.from(`[${at},${value}]\n`), rows: 1 };
        const decoder = new BinaryRowDecoder([{ kind: n }, { kind }], 'pg_temp.by_binary');
        const decoded = decoder.decode(batch);
        if (decoded.rest !== null) continue;
        compared++;
        const binary = await outcome(copyBinary(columns, decoder, decoded.bytes));
        const byText = await outcome(copyText(columns, batch, 2));
        expect([type, value.slice(0, 40), binary]).toEqual([type, value.slice(0, 40), byText]);
      }
      expect(await differences()).toEqual([]);
    }
    expect(compared).toBeGreaterThan(COLUMNS.length * 5);
  });

  it('lets the text form go on where it stops', async () => {
    await client.query('TRUNCATE pg_temp.by_text, pg_temp.by_binary');
    const index = COLUMNS.findIndex(([type]) => type === 'date');
    const columns = `n, "c${index}"`;
    const rows = ['[1,"2024-01-01"]', '[2,"0044-03-15 BC"]', '[3,"2024-01-03"]'];
    const batch = { bytes: Buffer.from(rows.map(row => `${row}\n`).join('')), rows: rows.length };
    const wanted = [kinds[0], kinds[index + 1]].flatMap(kind => (kind === undefined ? [] : [{ kind }]));
    const decoder = new BinaryRowDecoder(wanted, 'pg_temp.by_binary');
    const decoded = decoder.decode(batch);
    expect(await copyBinary(columns, decoder, decoded.bytes)).toBe(1);
    expect(decoded.rest).not.toBeNull();
    if (decoded.rest === null) return;
    await copy(
      `COPY pg_temp.by_binary (${columns}) FROM STDIN`,
      new RowDecoder([true, true], 'pg_temp.by_binary', decoder.rows - decoded.rest.rows).decode(
        decoded.rest,
      ),
    );
    await copyText(columns, batch, 2);
    expect(await differences()).toEqual([]);
  });
});
