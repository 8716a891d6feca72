import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp } from './testing/back-up.js';
import { restore } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

/** Each type with values as SQL writes them; null is added to all. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  smallint: ['-32768', '0', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: [
    '-9223372036854775808',
    '9223372036854775807',
    '999999999999999',
    '1000000000000000',
    '-1000000000000000',
  ],
  oid: ['0', '4294967295'],
  xid: ["'4294967295'"],
  xid8: ["'18446744073709551615'"],
  tid: ["'(4294967295,65535)'"],
  numeric: [
    "'NaN'",
    "'Infinity'",
    "'-Infinity'",
    "'0'",
    "'0.000'",
    "'-0.0'",
    "'1e100'",
    "'-1e-100'",
    "'3000.00'",
    "repeat('9', 1000)::numeric",
    "('0.' || repeat('0', 900) || '10')::numeric",
    "'10000'",
    "'9999.9999'",
  ],
  'numeric(6,2)': ["'9999.99'", "'0'", "'NaN'"],
  'numeric(3,-2)': ["'12345'"],
  money: ["'92233720368547758.07'", "'-92233720368547758.08'", "'0'"],
  real: [
    "'-0'",
    "'NaN'",
    "'Infinity'",
    "'-Infinity'",
    "'1e-45'",
    "'3.4028235e38'",
    "'1.1754944e-38'",
    "'0.1'",
  ],
  'double precision': [
    "'-0'",
    "'NaN'",
    "'Infinity'",
    "'-Infinity'",
    "'4.9e-324'",
    "'2.2250738585072014e-308'",
    "'1.7976931348623157e308'",
    "'0.1'",
    "'1e15'",
    "'1e16'",
    "'123456789012345680'",
  ],
  text: [
    "''",
    "' '",
    "E'\\\\.'",
    "E'\\\\N'",
    "'null'",
    '\'["a"]\'',
    "E'\\u2028\\u2029\\ufeff'",
    "E'\\U0001F600\\U0010FFFF'",
    "(SELECT string_agg(chr(n), '') FROM generate_series(1, 255) n)",
    "(SELECT string_agg(chr(n), 'x') FROM generate_series(1, 31) n)",
    "repeat('abc\"\\\n', 200000)",
    "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 32768) n)",
  ],
  'character varying(5)': ["'a    '", "'12345'", "'ñandú'"],
  'character(5)': ["'a'", "'     '", "'12345'"],
  '"char"': ["'a'", "''", "'\\377'", "'\"'", "E'\\\\'", "E'\\n'"],
  name: ["repeat('n', 63)::name", "''"],
  bytea: ["''", "'\\x00ff0a0d5c'", "decode(repeat('00ff', 100000), 'hex')"],
  bit: ["B'1'", "B'0'"],
  'bit(9)': ["B'101010101'"],
  'bit varying': ["B''", "B'1'", "repeat('10', 5000)::varbit"],
  date: [
    "'infinity'",
    "'-infinity'",
    "'4713-11-24 BC'",
    "'0001-01-01'",
    "'0001-12-31 BC'",
    "'5874897-12-31'",
  ],
  time: ["'00:00'", "'24:00'", "'23:59:59.999999'"],
  'time with time zone': ["'00:00+15:59:59'", "'24:00-15:59'", "'12:34:56.7+05:30'"],
  timestamp: [
    "'infinity'",
    "'-infinity'",
    "'4713-11-24 00:00:00 BC'",
    "'294276-12-31 23:59:59.999999'",
    "'2000-01-01 00:00:00.000001'",
    "'0001-01-01 BC'",
  ],
  'timestamp with time zone': [
    "'infinity'",
    "'-infinity'",
    "'4713-11-24 00:00:00+00 BC'",
    "'294276-12-31 23:59:59.999999+00'",
    "'1969-12-31 23:59:59.999999+00'",
    "'1999-12-31 23:59:59+05:30'",
  ],
  'timestamp(0)': ["'2020-02-29 12:00:00'"],
  interval: [
    "'0'",
    "'1 year -2 mons +3 days -04:05:06.789'",
    "'-178000000 years'",
    "'178000000 years'",
    "'24 hours'",
    "'1 day'",
    "'30 days'",
    "'1 mon'",
    "'-00:00:00.000001'",
    "'2562047788:00:54.775807'",
    "'-1 days +02:03:00'",
  ],
  'interval day to second(3)': ["'1 day 02:03:04.567'"],
  uuid: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  json: [
    "'null'",
    '\'{ "a" : 1, "a" : 2 ,\n "b":[ ] }\'',
    '\'"\\u0041\\ud83d\\ude00\\/"\'',
    "'  1.0e+2 '",
    '\'"\\u0000"\'',
  ],
  jsonb: ["'null'", '\'{"b":1.00,"a":[null,"\\""]}\'', '\'""\'', "'1e3'", "'[]'"],
  jsonpath: ['\'$.a[*] ? (@.b > 1 && @.c like_regex "^x")\''],
  xml: ['\'<a b="c">d &amp; e</a>\'', "'text only'", "''"],
  inet: ["'192.168.0.1/24'", "'::1'", "'::ffff:1.2.3.4/128'", "'0.0.0.0/0'"],
  cidr: ["'192.168.0.0/24'", "'::/0'"],
  macaddr: ["'08:00:2b:01:02:03'"],
  macaddr8: ["'08:00:2b:01:02:03:04:05'"],
  tsvector: ["''", "'a:1A,2B ''quo''''te'':3 \\\\back'", "to_tsvector('simple', 'the quick brown fox')"],
  tsquery: ["''", "'!a & (b:*A | ''c d'') <2> e'"],
  point: ["'(1,2)'", "'(NaN,Infinity)'", "'(-0,1e-300)'"],
  line: ["'{1,2,3}'"],
  lseg: ["'[(1,2),(3,4)]'"],
  box: ["'(1,2),(3,4)'"],
  path: ["'((1,2),(3,4))'", "'[(1,2)]'"],
  polygon: ["'((1,2),(3,4),(5,6))'"],
  circle: ["'<(1,2),3>'"],
  pg_lsn: ["'0/0'", "'FFFFFFFF/FFFFFFFF'"],
  pg_snapshot: ["'10:20:10,14,15'"],
  txid_snapshot: ["'10:20:10,14,15'"],
  regclass: ["'pg_class'", "'pg_catalog.pg_type'"],
  regproc: ["'pg_catalog.now'"],
  regtype: ["'integer'", "'public.mood'"],
  int4range: ["'empty'", "'(,)'", "'[1,5)'", "'[1,)'"],
  numrange: ["'(1.0,2.00]'", "'[-Infinity,NaN]'"],
  tstzrange: ['\'["2020-01-01 00:00:00+00",infinity)\'', '\'(,"2020-01-01 00:00:00+00"]\''],
  daterange: ["'[2020-01-01,2020-02-01)'", "'[0044-03-15 BC,)'"],
  int4multirange: ["'{}'", "'{[1,5),[7,)}'"],
  datemultirange: ["'{[2020-01-01,2020-02-01)}'"],
  'text[]': [
    "'{}'",
    '\'{NULL,"NULL",""," ","a,b","\\"","\\\\",null}\'',
    "'[0:1]={a,b}'",
    "'[-2:-1][3:4]={{a,b},{c,NULL}}'",
    "ARRAY[E'\\n\\t', E'\\x01']",
  ],
  'integer[]': ["'{{{1,2},{3,4}},{{5,6},{7,8}}}'", "'{-2147483648,NULL}'", "'{}'"],
  'numeric[]': ["'{1.0,NaN,1e20}'"],
  'bytea[]': ["ARRAY['\\x5c00'::bytea, NULL, '']"],
  'jsonb[]': ['ARRAY[\'{"a":"\\""}\'::jsonb, \'null\', NULL]'],
  'timestamp with time zone[]': ['\'{infinity,"2020-01-01 00:00:00+00"}\''],
  'tstzrange[]': ["ARRAY['[\"2020-01-01 00:00:00+00\",infinity)'::tstzrange, 'empty']"],
  mood: ["'glad'", '\'so "so"\'', "E'back\\\\slash'", "'a,b'", "''", "'é☃'"],
  'mood[]': ["ARRAY['so \"so\"', 'a,b', '', E'back\\\\slash', NULL]::mood[]"],
  small: ['99', '-5'],
  codes: ["ARRAY['A1','B2']", "'{}'"],
  'small[]': ["'{1,NULL,99}'"],
  pair: ["ROW(1, 'a')", 'ROW(NULL, NULL)', "ROW(NULL, '')", "ROW(1, E'q\"\\\\,()\\n')"],
  'pair[]': ['ARRAY[ROW(1, \'a,"b"\')::pair, NULL, ROW(NULL, NULL)::pair]'],
  nested: ["ROW(ROW(1, '\"')::pair, ARRAY['x,y', NULL], '[1,2)')", 'ROW(NULL, NULL, NULL)'],
  sure_pair: ["ROW(5, 'x')"],
  span: ["'[1.5,2.5)'", "'empty'", "'[-Infinity,-0]'"],
  hstore: ["''", '\'a=>1, b=>NULL, "q\\""=>"x, y=>z"\''],
  citext: ["'MiXed'", "''"],
  ltree: ["'a.b.c'", "''"],
  lquery: ["'*.a{1,2}.!b'"],
};

const TYPES = `
  CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree;
  CREATE TYPE mood AS ENUM ('glad', 'so "so"', E'back\\\\slash', 'a,b', '', 'é☃');
  CREATE DOMAIN small AS smallint CHECK (VALUE < 100);
  CREATE DOMAIN codes AS text[] CHECK (coalesce(array_length(VALUE, 1), 0) < 5);
  CREATE TYPE pair AS (n bigint, t text);
  CREATE TYPE nested AS ("P" pair, "a b" text[], r int4range);
  CREATE DOMAIN sure_pair AS pair CHECK ((VALUE).n > 0);
  CREATE TYPE span AS RANGE (subtype = float8);`;

/** A column for each type, in a table with a key and in one without; the nth row has each type's nth value. */
const NAMES = Object.keys(VALUES);
const COLUMNS = NAMES.map((type, at) => `c${at} ${type}`).join(', ');
const TABLES = `${TYPES} CREATE TABLE keyed (id int PRIMARY KEY, ${COLUMNS}); CREATE TABLE keyless (id int, ${COLUMNS});`;
const LONGEST = Math.max(...NAMES.map(type => VALUES[type]?.length ?? 0));
const ROWS =
  Array.from({ length: LONGEST + 1 })
    .map(
      (_, row) =>
        `INSERT INTO keyed VALUES (${[row, ...NAMES.map(type => VALUES[type]?.[row] ?? 'NULL')].join(', ')});`,
    )
    .join('\n') + 'INSERT INTO keyless SELECT * FROM keyed;';

describe.each(testServers())('Values restored on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeEach(async () => {
    pair = await DatabasePair.make(server);
  });
  afterEach(() => pair.drop());

  it('come back equal, whatever their type, by insert, by update and by exchange of all rows', async () => {
    await pair.prepare(TABLES, ROWS);
    const shape = await shapeOf(pair.copy.url);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await pair.differences()).toEqual([]);
    const again = await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(again.report?.totals).toMatchObject({ created: 0, updated: 0, deleted: 0 });
    await execute(
      pair.copy.url,
      `UPDATE keyed SET ${NAMES.map((_, at) => `c${at} = NULL`).join(', ')} WHERE id % 2 = 0; DELETE FROM keyed WHERE id = 1;
       DELETE FROM keyless WHERE id = 0;`,
    );
    await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('tell bytes apart that are equal to PostgreSQL', async () => {
    await pair.prepare(
      'CREATE TABLE t (id int PRIMARY KEY, n numeric, f float8, j json, i interval, p point)',
      `INSERT INTO t VALUES (1, 1.0, '-0', '{"a":1}', '1 day', '(1,2)')`,
    );
    await execute(pair.copy.url, `INSERT INTO t VALUES (1, 1.00, '0', '{"a": 1}', '24:00', '(1,2)')`);
    const { changes } = await restore(pair.copy.url, await backUp(pair.original.url), {
      mode: 'merge',
      sampleRows: 1,
    });
    expect(changes.get(0)).toEqual([
      {
        action: 'update',
        key: { id: '1' },
        before: { n: '1.00', f: '0', j: '{"a": 1}', i: '24:00:00' },
        after: { n: '1.0', f: '-0', j: '{"a":1}', i: '1 day' },
      },
    ]);
    expect(await pair.differences()).toEqual([]);
  });

  it('work as keys: texts, numbers, times, composites and case-insensitive ones', async () => {
    await pair.prepare(
      `CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('b', 'a'); CREATE DOMAIN code AS varchar(9);
       CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       CREATE TABLE by_text (k text PRIMARY KEY, v int); CREATE TABLE by_uuid (k uuid PRIMARY KEY, v int);
       CREATE TABLE by_numeric (k numeric PRIMARY KEY, v int); CREATE TABLE by_time (k timestamptz PRIMARY KEY, v int);
       CREATE TABLE by_citext (k citext PRIMARY KEY, v int); CREATE TABLE by_blind (k text COLLATE blind PRIMARY KEY, v int);
       CREATE TABLE by_float (k float8 PRIMARY KEY, v int); CREATE TABLE by_bytes (k bytea PRIMARY KEY, v int);
       CREATE TABLE by_enum (k mood PRIMARY KEY, v int); CREATE TABLE by_array (k int[] PRIMARY KEY, v int);
       CREATE TABLE by_domain (k code PRIMARY KEY, v int); CREATE TABLE by_char (k char(3) PRIMARY KEY, v int);
       CREATE TABLE by_range (k int4range PRIMARY KEY, v int); CREATE TABLE by_name (k name PRIMARY KEY, v int);
       CREATE TABLE by_letter (k "char" PRIMARY KEY, v int); CREATE TABLE by_inet (k inet PRIMARY KEY, v int);
       CREATE TABLE by_jsonb (k jsonb PRIMARY KEY, v int); CREATE TABLE by_bits (k varbit PRIMARY KEY, v int);
       CREATE TABLE by_bool (k bool PRIMARY KEY, v int); CREATE TABLE by_lsn (k pg_lsn PRIMARY KEY, v int);
       CREATE TABLE by_many (a int, b text, c date, v int, PRIMARY KEY (c, a, b));`,
      `INSERT INTO by_text VALUES ('', 1), ('a', 1), ('A', 1), (E'\\\\', 1); INSERT INTO by_uuid SELECT gen_random_uuid(), n FROM generate_series(1, 3) n;
       INSERT INTO by_numeric VALUES (1.0, 1), ('NaN', 1), (-0.00, 1); INSERT INTO by_time VALUES ('infinity', 1), ('2020-01-01Z', 1);
       INSERT INTO by_citext VALUES ('Abc', 1), ('d', 1); INSERT INTO by_blind VALUES ('Abc', 1), ('d', 1);
       INSERT INTO by_float VALUES ('-0', 1), ('NaN', 1), (0.1, 1); INSERT INTO by_bytes VALUES ('', 1), ('\\x00', 1);
       INSERT INTO by_enum VALUES ('a', 1), ('b', 1); INSERT INTO by_array VALUES ('{}', 1), ('{1,NULL}', 1), ('[0:0]={1}', 1);
       INSERT INTO by_domain VALUES ('x', 1); INSERT INTO by_char VALUES ('a', 1), ('', 1); INSERT INTO by_range VALUES ('empty', 1), ('[1,2)', 1);
       INSERT INTO by_name VALUES ('n', 1); INSERT INTO by_letter VALUES ('l', 1), ('', 1); INSERT INTO by_inet VALUES ('1.2.3.4/8', 1);
       INSERT INTO by_jsonb VALUES ('1.0', 1), ('"x"', 1); INSERT INTO by_bits VALUES (B'', 1), (B'01', 1);
       INSERT INTO by_bool VALUES (true, 1), (false, 1); INSERT INTO by_lsn VALUES ('0/1', 1);
       INSERT INTO by_many VALUES (1, 'x', '2020-01-01', 1), (1, 'x', 'infinity', 1), (2, '', '2020-01-01', 1);`,
    );
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await pair.differences()).toEqual([]);
    const tables = await query<{ name: string }>(
      pair.copy.url,
      "SELECT relname AS name FROM pg_class WHERE relname ~ '^by_[a-z]+$' AND relkind = 'r'",
    );
    await execute(
      pair.copy.url,
      `${tables.map(({ name }) => `UPDATE ${name} SET v = 2;`).join(' ')}
       UPDATE by_citext SET k = 'aBC' WHERE k = 'abc'; UPDATE by_blind SET k = 'aBC' WHERE k = 'abc';
       UPDATE by_numeric SET k = 1.000 WHERE k = 1; UPDATE by_float SET k = 0 WHERE k = 0; UPDATE by_char SET k = 'b' WHERE k = 'a'`,
    );
    const { plan, report } = await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(report?.relations).toEqual(plan.relations);
    expect(report?.totals).toMatchObject({ created: 1, deleted: 1 });
    expect(await pair.differences()).toEqual([]);
  });
});
