import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryKind } from '../binary/binary-kind.js';
import { BATCH_BYTES } from './batch-pool.js';
import { BinaryRowEncoder } from './binary-row-encoder.js';
import { PART_BYTES } from './machine-encoder.js';
import { MessageRuns } from './message-runs.js';
import { MAX_SMALL_ROW_BYTES } from './row-machine-codes.js';

/** A value as the server sends it, and as the line should have it; null for SQL's null. */
interface Value {
  readonly bytes: Buffer;
  readonly json: string;
}

type Row = readonly (Value | null)[];

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function header(extension: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([SIGNATURE, int32(0), int32(extension.length), extension]);
}

function tuple(row: Row): Buffer {
  const fields = row.flatMap(value =>
    value === null ? [int32(-1)] : [int32(value.bytes.length), value.bytes],
  );
  return Buffer.concat([int16(row.length), ...fields]);
}

const TRAILER = int16(-1);

function message(...payload: Buffer[]): Buffer {
  const bytes = Buffer.concat(payload);
  return Buffer.concat([Buffer.from('d'), int32(bytes.length + 4), bytes]);
}

/** What the server sends: the header shares the first row's message, or the trailer's, unless it comes by itself. */
function messages(rows: readonly Row[], options: { headerAlone?: boolean; extension?: Buffer } = {}): Buffer {
  const payloads = [...rows.map(tuple), TRAILER];
  const first = header(options.extension);
  if (options.headerAlone) return Buffer.concat([message(first), ...payloads.map(one => message(one))]);
  return Buffer.concat(payloads.map((one, index) => (index === 0 ? message(first, one) : message(one))));
}

interface Encoded {
  readonly lines: string[];
  readonly batches: { readonly bytes: number; readonly rows: number }[];
  readonly rows: number;
}

/** Encodes messages that arrive in chunks of the given sizes, over and over. */
function encode(kinds: readonly BinaryKind[], bytes: Buffer, sizes: readonly number[]): Encoded {
  const encoder = new BinaryRowEncoder(kinds);
  const runs = new MessageRuns((source, start, end) => encoder.encode(source, start, end));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    runs.push(bytes.subarray(at, at + size));
    at += size;
  }
  const batches = encoder.takeAll();
  return {
    lines: batches.flatMap(batch => Buffer.from(batch.bytes).toString().split('\n').slice(0, -1)),
    batches: batches.map(batch => ({ bytes: batch.bytes.length, rows: batch.rows })),
    rows: encoder.rows,
  };
}

function encodeOne(kind: BinaryKind, bytes: Buffer): string | undefined {
  return encode([kind], messages([[{ bytes, json: '' }]]), [1 << 20]).lines[0];
}

function linesOf(rows: readonly Row[]): string[] {
  return rows.map(row => `[${row.map(value => value?.json ?? 'null').join(',')}]`);
}

/** JSON's own escapes, but for those that have no letter: `JSON.stringify` writes the same. */
function text(value: string): Value {
  return { bytes: Buffer.from(value), json: JSON.stringify(value) };
}

function bigint(value: bigint): Value {
  const isNumber = String(value).replace('-', '').length <= 15;
  return { bytes: int64(value), json: isNumber ? String(value) : `"${value}"` };
}

const EPOCH = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
const DAY_MICROS = 86_400_000_000n;

/** A date by the calendar of JavaScript, which ends in the year 275760. */
function dateText(day: number): { readonly text: string; readonly era: string } {
  const date = new Date(EPOCH + day * DAY_MS);
  const year = date.getUTCFullYear();
  const digits = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return { text: `${digits}-${date.toISOString().slice(-19, -14)}`, era: year > 0 ? '' : ' BC' };
}

function timeText(micros: bigint): string {
  const two = (value: bigint): string => String(value).padStart(2, '0');
  const seconds = micros / 1_000_000n;
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function timestamp(value: bigint, zone: string): Value {
  const micros = ((value % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  const { text: day, era } = dateText(Number((value - micros) / DAY_MICROS));
  return { bytes: int64(value), json: `"${day} ${timeText(micros)}${zone}${era}"` };
}

/** A numeric of digits in front of the point and behind it, as PostgreSQL packs them: no zero groups at either end. */
function numeric(negative: boolean, whole: string, fraction: string): Value {
  const front = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const back = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const groups = (front + back).match(/\d{4}/g)?.map(Number) ?? [];
  let weight = front.length / 4 - 1;
  while (groups[0] === 0) {
    groups.shift();
    weight--;
  }
  while (groups.at(-1) === 0) groups.pop();
  const isZero = groups.length === 0;
  const sign = negative && !isZero ? '-' : '';
  return {
    bytes: Buffer.concat([
      int16(groups.length),
      int16(isZero ? 0 : weight),
      int16(sign === '' ? 0 : 0x4000),
      int16(fraction.length),
      ...groups.map(int16),
    ]),
    json: `"${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}"`,
  };
}

const digits = (maxLength: number, minLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'000123456789'), minLength, maxLength });

const texts = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '\\',
        '"',
        '\t',
        '\n',
        '\v',
        '\x01',
        '\x1f',
        ' ',
        '!',
        '\x7f',
        'ü',
        '😀',
        '\u2028',
      ),
    }),
    fc.string({ unit: fc.constantFrom(...'abcdefgh"'), maxLength: 40 }),
  )
  .map(value => text(value.replaceAll('\0', '')));

/** Powers of ten and two, and what stands beside them. */
const edges = fc
  .tuple(
    fc.constantFrom(2n, 10n),
    fc.integer({ min: 0, max: 62 }),
    fc.integer({ min: -1, max: 1 }),
    fc.boolean(),
  )
  .map(([base, power, offset, negative]) =>
    BigInt.asIntN(
      64,
      (base ** BigInt(base === 10n ? power % 19 : power) + BigInt(offset)) * (negative ? -1n : 1n),
    ),
  );
const bigints = fc.oneof(edges, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map(bigint);
const inRange = (bits: number): fc.Arbitrary<number> =>
  fc.oneof(
    edges.map(value => Number(BigInt.asIntN(bits, value))),
    fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }),
  );

/** Microseconds of 4714 BC to the year 275760, and those close to where a double ends to be exact. */
const moments = fc.oneof(
  fc.bigInt({ min: -211_813_488_000_000_000n, max: 8_639_000_000_000_000_000n }),
  fc.bigInt({ min: -820_000_000_000_000n, max: 820_000_000_000_000n }),
  fc
    .tuple(fc.integer({ min: -110_000, max: 110_000 }), fc.integer({ min: -2, max: 2 }))
    .map(([day, offset]) => BigInt(day) * DAY_MICROS + BigInt(offset)),
  fc
    .tuple(fc.constantFrom(2n ** 53n, -(2n ** 53n), 0n), fc.integer({ min: -3, max: 3 }))
    .map(([bound, offset]) => bound + BigInt(offset)),
);

const dates = fc
  .oneof(
    fc.integer({ min: -2_451_545, max: 99_000_000 }),
    fc.integer({ min: -731_000, max: -729_000 }),
    fc.integer({ min: 2_921_000, max: 2_923_000 }),
    fc.integer({ min: 8000, max: 9500 }),
  )
  .map(day => {
    const { text: date, era } = dateText(day);
    return { bytes: int32(day), json: `"${date}${era}"` };
  });

const bytes = fc.uint8Array({ maxLength: 40 }).map(value => Buffer.from(value));

const VALUES = new Map<BinaryKind, fc.Arbitrary<Value>>([
  [BinaryKind.int2, inRange(16).map(value => ({ bytes: int16(value), json: String(value) }))],
  [BinaryKind.int4, inRange(32).map(value => ({ bytes: int32(value), json: String(value) }))],
  [BinaryKind.int8, bigints],
  [BinaryKind.oid, inRange(32).map(value => ({ bytes: int32(value), json: String(value >>> 0) }))],
  [
    BinaryKind.bool,
    fc.boolean().map(value => ({ bytes: Buffer.from([value ? 1 : 0]), json: String(value) })),
  ],
  [BinaryKind.text, texts],
  [
    BinaryKind.jsonb,
    texts.map(value => ({ ...value, bytes: Buffer.concat([Buffer.from([1]), value.bytes]) })),
  ],
  [BinaryKind.date, dates],
  [
    BinaryKind.time,
    fc
      .oneof(
        fc.bigInt({ min: 0n, max: DAY_MICROS }),
        fc.bigInt({ min: 0n, max: 86_400n }).map(value => value * 1_000_000n),
      )
      .map(value => ({ bytes: int64(value), json: `"${timeText(value)}"` })),
  ],
  [BinaryKind.timestamp, moments.map(value => timestamp(value, ''))],
  [BinaryKind.timestamptz, moments.map(value => timestamp(value, '+00'))],
  [
    BinaryKind.numeric,
    fc
      .tuple(fc.boolean(), digits(30, 1), digits(30, 0))
      .map(([negative, whole, part]) => numeric(negative, whole, part)),
  ],
  [
    BinaryKind.uuid,
    fc.uuid().map(value => ({ bytes: Buffer.from(value.replaceAll('-', ''), 'hex'), json: `"${value}"` })),
  ],
  [BinaryKind.bytea, bytes.map(value => ({ bytes: value, json: `"\\\\x${value.toString('hex')}"` }))],
]);

const tables = fc.array(fc.constantFrom(...VALUES.keys()), { minLength: 1, maxLength: 8 }).chain(kinds =>
  fc.record({
    kinds: fc.constant(kinds),
    rows: fc.array(
      fc.tuple(
        ...kinds.map(kind => fc.option(VALUES.get(kind) ?? fc.constant(text('')), { nil: null, freq: 8 })),
      ),
      { maxLength: 15 },
    ),
    sizes: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 8 }),
    headerAlone: fc.boolean(),
  }),
);

describe('BinaryRowEncoder', () => {
  it('writes every row as the text form would be written, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(tables, ({ kinds, rows, sizes, headerAlone }) => {
        const encoded = encode(kinds, messages(rows, { headerAlone }), sizes);
        expect(encoded.lines).toEqual(linesOf(rows));
        expect(encoded.rows).toBe(rows.length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries(BinaryKind).filter(([, kind]) => VALUES.has(kind)))(
    'writes %s exactly',
    (_, kind) => {
      const values = VALUES.get(kind) ?? fc.constant(text(''));
      fc.assert(
        fc.property(fc.array(values, { minLength: 1, maxLength: 50 }), list => {
          const rows = list.map(value => [value]);
          expect(encode([kind], messages(rows), [1 << 20]).lines).toEqual(linesOf(rows));
        }),
        { numRuns: 100 },
      );
    },
  );

  it.each<[keyof typeof BinaryKind, string, Buffer]>([
    ['date', '"infinity"', int32(0x7fff_ffff)],
    ['date', '"-infinity"', int32(-0x8000_0000)],
    ['date', '"0001-12-31 BC"', int32(-730_120)],
    ['date', '"0001-01-01"', int32(-730_119)],
    ['date', '"9999-12-31"', int32(2_921_939)],
    ['date', '"10000-01-01"', int32(2_921_940)],
    ['timestamp', '"9999-12-31 23:59:59.999999"', int64(2_921_940n * DAY_MICROS - 1n)],
    ['timestamp', '"10000-01-01 00:00:00"', int64(2_921_940n * DAY_MICROS)],
    ['timestamp', '"0001-12-31 23:59:59.999999 BC"', int64(-730_119n * DAY_MICROS - 1n)],
    ['date', '"4714-11-24 BC"', int32(-2_451_545)],
    ['date', '"5874897-12-31"', int32(2_145_031_948)],
    ['timestamp', '"infinity"', int64(2n ** 63n - 1n)],
    ['timestamptz', '"-infinity"', int64(-(2n ** 63n))],
    ['timestamptz', '"0044-03-15 12:00:00.5+00 BC"', int64(-64_464_465_599_500_000n)],
    ['timestamp', '"294276-12-31 23:59:59.999999"', int64(9_223_371_331_199_999_999n)],
    ['time', '"24:00:00"', int64(DAY_MICROS)],
    ['numeric', '"NaN"', Buffer.concat([0, 0, 0xc000, 0].map(int16))],
    ['numeric', '"Infinity"', Buffer.concat([0, 0, 0xd000, 32].map(int16))],
    ['numeric', '"-Infinity"', Buffer.concat([0, 0, 0xf000, 32].map(int16))],
    ['numeric', '"0"', Buffer.concat([0, 0, 0, 0].map(int16))],
    ['numeric', '"-0.0000000012"', Buffer.concat([1, -3, 0x4000, 10, 1200].map(int16))],
    ['oid', '4294967295', int32(-1)],
  ])('writes a %s as %s', (kind, json, value) => {
    expect(encodeOne(BinaryKind[kind], value)).toBe(`[${json}]`);
  });

  it('finds room for a numeric that has far more digits than bytes, wherever it stands in a batch', () => {
    const huge: Value = {
      bytes: Buffer.concat([1, 32_767, 0, 16_383, 1].map(int16)),
      json: `"1${'0'.repeat(131_068)}.${'0'.repeat(16_383)}"`,
    };
    const rows: Row[] = Array.from({ length: 40 }, (_, index) => [
      text('x'.repeat(index * 1000)),
      index % 3 === 0 ? huge : numeric(false, '1', '50'),
      index % 4 === 0 ? huge : null,
      text('"'.repeat(500)),
    ]);
    const kinds = [BinaryKind.text, BinaryKind.numeric, BinaryKind.numeric, BinaryKind.text];
    expect(encode(kinds, messages(rows), [65_536]).lines).toEqual(linesOf(rows));
  });

  it('fills batches, and gives a row that is larger than a batch one of its own size', () => {
    const large = '\x01"\\é'.repeat(200_000);
    const binary = Buffer.alloc(300_000, 0x5c);
    const bytea = { bytes: binary, json: `"\\\\x${binary.toString('hex')}"` };
    const rows: Row[] = [
      ...Array.from({ length: 600 }, () => [text('x'.repeat(1000)), null]),
      [text(large), bytea],
      [text(''), bytea],
    ];
    const { lines, batches } = encode([BinaryKind.text, BinaryKind.bytea], messages(rows), [65_536]);
    expect(lines).toEqual(linesOf(rows));
    expect(
      batches.slice(0, 2).every(batch => batch.bytes > BATCH_BYTES * 0.9 && batch.bytes <= BATCH_BYTES),
    ).toBe(true);
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(rows.length);
  });

  it('encodes rows of every size around those that are put together of parts', () => {
    const jsonb = (size: number): Value => {
      const json = JSON.stringify({ a: 'é"'.repeat(size) });
      return { bytes: Buffer.concat([Buffer.from([1]), Buffer.from(json)]), json: JSON.stringify(json) };
    };
    const bytea = (size: number): Value => {
      const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, index) => index * 7));
      return { bytes, json: `"\\\\x${bytes.toString('hex')}"` };
    };
    const kinds = [BinaryKind.int8, BinaryKind.text, BinaryKind.jsonb, BinaryKind.bytea, BinaryKind.numeric];
    const sizes = [-70, -50, -40, -20, -1, 0, 1, PART_BYTES, PART_BYTES + 1].map(
      size => MAX_SMALL_ROW_BYTES + size,
    );
    const rows: Row[] = sizes.flatMap(size => [
      [bigint(-5n), text('x'.repeat(size)), jsonb(2), bytea(3), null],
      [bigint(5n), null, jsonb(size / 3), null, numeric(true, '12', '5')],
      [null, text(''), null, bytea(size), null],
    ]);
    expect(encode(kinds, messages(rows), [10_000, 300_000]).lines).toEqual(linesOf(rows));
  });

  it.each([
    ['too few columns', /2 columns/, tuple([text('x'.repeat(MAX_SMALL_ROW_BYTES))])],
    [
      'bytes behind the last value',
      /2 columns/,
      Buffer.concat([tuple([text('x'.repeat(MAX_SMALL_ROW_BYTES)), null]), int16(0)]),
    ],
    [
      'a value that is longer than its row',
      /2 columns/,
      Buffer.concat([int16(2), int32(-1), int32(MAX_SMALL_ROW_BYTES + 1), Buffer.alloc(MAX_SMALL_ROW_BYTES)]),
    ],
    [
      'a jsonb of another version',
      /binary form/,
      tuple([null, { bytes: Buffer.alloc(MAX_SMALL_ROW_BYTES + PART_BYTES, 2), json: '' }]),
    ],
    [
      'a small jsonb of another version',
      /binary form/,
      tuple([text('x'.repeat(MAX_SMALL_ROW_BYTES)), { bytes: Buffer.from([2]), json: '' }]),
    ],
  ])('refuses a large row with %s', (_, refusal, row) => {
    const sent = Buffer.concat([message(header()), message(row)]);
    expect(() => encode([BinaryKind.text, BinaryKind.jsonb], sent, [100_000])).toThrow(refusal);
  });

  it('skips an extension of the header', () => {
    const row = [bigint(5n)];
    const extension = Buffer.from('of a newer server');
    expect(encode([BinaryKind.int8], messages([row], { extension }), [3]).lines).toEqual(['[5]']);
  });

  it.each([
    ['another signature', Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\x01', 'latin1'), int32(0), int32(0)])],
    ['a header cut short', SIGNATURE],
    ['flags that are not known', Buffer.concat([SIGNATURE, int32(1 << 16), int32(0)])],
    ['an extension longer than its message', Buffer.concat([SIGNATURE, int32(0), int32(5)])],
  ])('refuses %s', (_, first) => {
    expect(() => encode([BinaryKind.int8], message(first), [100])).toThrow(/binary form/);
  });

  it.each([
    ['too few columns', tuple([bigint(1n)])],
    ['too many columns', tuple([bigint(1n), bigint(1n), bigint(1n)])],
    ['a value of another length', tuple([text('1234'), bigint(1n)])],
    [
      'a value that is longer than its row',
      Buffer.concat([int16(2), int32(8), int64(1n), int32(8), int32(0)]),
    ],
    ['a negative length', Buffer.concat([int16(2), int32(8), int64(1n), int32(-2)])],
    ['no length', Buffer.concat([int16(2), int32(8), int64(1n)])],
    ['bytes behind the last value', Buffer.concat([tuple([bigint(1n), bigint(1n)]), int16(0)])],
    ['bytes behind the trailer', Buffer.concat([TRAILER, int16(0)])],
  ])('refuses a row with %s', (_, row) => {
    const sent = Buffer.concat([message(header()), message(row), message(tuple([bigint(1n), bigint(2n)]))]);
    expect(() => encode([BinaryKind.int8, BinaryKind.int8], sent, [7])).toThrow(/2 columns/);
  });

  it('refuses a row behind the trailer', () => {
    const sent = Buffer.concat([messages([[bigint(1n)]]), message(tuple([bigint(2n)]))]);
    expect(() => encode([BinaryKind.int8], sent, [1000])).toThrow(/1 columns/);
  });

  it('refuses a numeric whose digits are not all there, and a jsonb of another version', () => {
    const cut = Buffer.concat([3, 0, 0, 0, 1, 2].map(int16));
    expect(() => encodeOne(BinaryKind.numeric, cut)).toThrow(/cannot be trusted/);
    expect(() => encodeOne(BinaryKind.jsonb, Buffer.from('\x02{}'))).toThrow(/binary form/);
  });
});
