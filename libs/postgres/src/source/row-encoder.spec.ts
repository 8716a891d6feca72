import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_BYTES } from './batch-pool.js';
import { ColumnClass } from './column-class.js';
import { PART_BYTES } from './machine-encoder.js';
import { MessageRuns } from './message-runs.js';
import { RowEncoder } from './row-encoder.js';
import { MAX_SMALL_ROW_BYTES } from './row-machine-codes.js';

type Value = string | null;

/** What PostgreSQL's `CopyAttributeOutText` does. */
function toCopyText(value: Value): string {
  if (value === null) return '\\N';
  const escapes: Record<string, string> = {
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\',
  };
  return value.replace(/[\b\f\n\r\t\v\\]/g, character => escapes[character] ?? character);
}

function toMessage(row: readonly Value[]): Buffer {
  const payload = Buffer.from(`${row.map(toCopyText).join('\t')}\n`);
  const header = Buffer.alloc(5);
  header.write('d');
  header.writeInt32BE(payload.length + 4, 1);
  return Buffer.concat([header, payload]);
}

interface Encoded {
  readonly lines: string[];
  readonly batches: { readonly bytes: number; readonly rows: number }[];
}

/** Encodes rows whose messages arrive in chunks of the given sizes, over and over. */
function encode(
  classes: readonly ColumnClass[],
  rows: readonly (readonly Value[])[],
  sizes: readonly number[],
): Encoded {
  const encoder = new RowEncoder(classes);
  const runs = new MessageRuns((source, start, end) => encoder.encode(source, start, end));
  const bytes = Buffer.concat(rows.map(toMessage));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    runs.push(bytes.subarray(at, at + size));
    at += size;
  }
  const batches = encoder.takeAll();
  expect(encoder.rows).toBe(rows.length);
  return {
    lines: batches.flatMap(batch => Buffer.from(batch.bytes).toString().split('\n').slice(0, -1)),
    batches: batches.map(batch => ({ bytes: batch.bytes.length, rows: batch.rows })),
  };
}

function expected(columnClass: ColumnClass, value: Value): unknown {
  if (value === null) return null;
  switch (columnClass) {
    case ColumnClass.number:
      return Number(value);
    case ColumnClass.bigint:
      return value.replace('-', '').length <= 15 ? Number(value) : value;
    case ColumnClass.float:
      return /^-?(Infinity|NaN)$|^-0$/.test(value) ? value : Number(value);
    case ColumnClass.boolean:
      return value === 't';
    default:
      return value;
  }
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }).map(text => text.replaceAll('\0', '')),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '"',
      '\t',
      '\n',
      '\r',
      '\v',
      '\b',
      '\f',
      '\x01',
      '\x1f',
      '\x7f',
      'N',
      '.',
      'ü',
      '😀',
      '\u2028',
    ),
  }),
  fc.constantFrom('', '\\N', '\\.', 'null', ' ', '\\\\', '"'),
);
const integers = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }).map(String);
const bigints = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const edges = fc.constantFrom(
  '999999999999999',
  '1000000000000000',
  '-999999999999999',
  '-1000000000000000',
  '0',
);
const floats = fc.oneof(
  fc.double().map(value => (Object.is(value, -0) ? '-0' : String(value))),
  fc.constantFrom('-0', '0', 'NaN', 'Infinity', '-Infinity', '5e-324', '1.7976931348623157e+308', '-0.5'),
);
const plains = fc.constantFrom(
  '2025-09-27 10:00:00+00',
  'infinity',
  '0044-03-15 BC',
  '1 mon -00:00:01',
  '3000.00',
  'NaN',
);
const valuesOf = new Map<ColumnClass, fc.Arbitrary<string>>([
  [ColumnClass.number, integers],
  [ColumnClass.bigint, fc.oneof(bigints, edges)],
  [ColumnClass.float, floats],
  [ColumnClass.boolean, fc.constantFrom('t', 'f')],
  [ColumnClass.plain, plains],
  [ColumnClass.text, texts],
]);

const tables = fc.array(fc.constantFrom(...valuesOf.keys()), { maxLength: 6 }).chain(classes =>
  fc.record({
    classes: fc.constant(classes),
    rows: fc.array(
      fc.tuple(...classes.map(one => fc.option(valuesOf.get(one) ?? texts, { nil: null, freq: 8 }))),
      { maxLength: 20 },
    ),
    sizes: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 8 }),
  }),
);

describe('RowEncoder', () => {
  it('writes every row as the compact JSON of its values, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(tables, ({ classes, rows, sizes }) => {
        const { lines } = encode(classes, rows, sizes);
        const values = rows.map(row => classes.map((one, column) => expected(one, row[column] ?? null)));
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(values);
        for (const line of lines) expect(Buffer.from(line).every(byte => byte >= 0x20)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the text of numbers as the server printed it', () => {
    const { lines } = encode([ColumnClass.float, ColumnClass.bigint], [['1e+20', '007']], [1]);
    expect(lines).toEqual(['[1e+20,007]']);
  });

  it('escapes control bytes with lower-case hex and leaves all others as they are', () => {
    const { lines } = encode([ColumnClass.text], [['\x01\v\x1f\x7f\u2028"\\/']], [3]);
    expect(lines).toEqual([`["\\u0001\\u000b\\u001f\x7f\u2028\\"\\\\/"]`]);
  });

  it('writes rows of a table without columns', () => {
    const { lines } = encode([], [[], [], []], [4]);
    expect(lines).toEqual(['[]', '[]', '[]']);
  });

  it('fills batches, and gives a row that is larger than a batch one of its own size', () => {
    const small = 'x'.repeat(1000);
    const large = '\x01"\\é'.repeat(200_000);
    const rows = [...Array.from({ length: 600 }, () => [small]), [large], [small]];
    const { lines, batches } = encode([ColumnClass.text], rows, [65_536]);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows);
    expect(
      batches.slice(0, 2).every(batch => batch.bytes > BATCH_BYTES * 0.9 && batch.bytes <= BATCH_BYTES),
    ).toBe(true);
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(rows.length);
  });

  it.each([0x22, 0x5c, 0x01, 0x1f, 0x20, 0x7f])('finds byte %i wherever it stands in a text', byte => {
    const rows = Array.from({ length: 50 }, (_, length) =>
      Array.from({ length: length + 1 }, (__, at) => [
        'x'.repeat(at) + String.fromCharCode(byte) + 'y'.repeat(length - at),
      ]),
    ).flat();
    const { lines } = encode([ColumnClass.text], rows, [4096]);
    expect(lines).toEqual(rows.map(row => JSON.stringify(row)));
  });

  it('puts a row together that is encoded in parts, wherever an escape meets the end of one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('\\', '"', 'x', '\v', 'é'), fc.integer({ min: 1, max: 40_000 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.constantFrom(ColumnClass.text, ColumnClass.number),
        (runs, last) => {
          const large = runs.map(([character, count]) => character.repeat(count)).join('');
          const rows = [
            [large, '7', null, large],
            ['', null, 'x'.repeat(PART_BYTES), ''],
          ];
          const { lines } = encode(
            [ColumnClass.text, last, ColumnClass.plain, ColumnClass.text],
            rows,
            [65_536],
          );
          expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
            [large, last === ColumnClass.number ? 7 : '7', null, large],
            ['', null, 'x'.repeat(PART_BYTES), ''],
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses a large row that does not have the columns asked for', () => {
    const large = 'x'.repeat(MAX_SMALL_ROW_BYTES + 1);
    const one = toMessage([large]);
    const encodeAs = (...classes: ColumnClass[]): number =>
      new RowEncoder(classes).encode(one, 0, one.length);
    expect(() => encodeAs(ColumnClass.text, ColumnClass.text)).toThrow(/2 columns/);
    expect(() => encodeAs()).toThrow(/0 columns/);
    expect(() => encodeAs(ColumnClass.bigint)).toThrow(/1 columns/);
    expect(encodeAs(ColumnClass.text)).toBe(one.length);
  });

  it('refuses a row without its line feed', () => {
    for (const length of [10, MAX_SMALL_ROW_BYTES]) {
      const message = toMessage(['x'.repeat(length)]);
      message[message.length - 1] = 0x78;
      expect(() => new RowEncoder([ColumnClass.text]).encode(message, 0, message.length)).toThrow(/columns/);
    }
  });

  it('refuses a row that does not have the columns asked for', () => {
    const encoder = new RowEncoder([ColumnClass.text, ColumnClass.text]);
    const few = toMessage(['a']);
    expect(() => encoder.encode(few, 0, few.length)).toThrow(/does not have the 2 columns/);
    const many = toMessage(['a', 'b', 'c']);
    expect(() => new RowEncoder([ColumnClass.text]).encode(many, 0, many.length)).toThrow(/columns/);
  });

  it('refuses a message of an impossible length', () => {
    const runs = new MessageRuns((_source, start) => start);
    expect(() => runs.push(Buffer.from([0x64, 0xff, 0xff, 0xff, 0xff, 0]))).toThrow(/cannot be trusted/);
  });
});
