import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupError, type RowBatch } from '@satchel/domain';
import { BinaryKind } from '../binary/binary-kind.js';
import { BinaryRowDecoder } from './binary-row-decoder.js';
import { RowDecoder } from './row-decoder.js';

const EVERY_KIND = Object.entries(BinaryKind);

/** For each kind a value that it takes. */
const TAKEN: Record<keyof typeof BinaryKind, string> = {
  int2: '-32768',
  int4: '2147483647',
  int8: '"-9223372036854775808"',
  oid: '4294967295',
  bool: 'true',
  text: '"a\\u00e9\\ud83d\\ude00\\n\\"\\u001f"',
  jsonb: '"{\\"a\\": [1, null]}"',
  date: '"2024-02-29"',
  time: '"23:59:59.000001"',
  timestamp: '"1999-12-31 00:00:00.5"',
  timestamptz: '"2024-06-01 05:25:21.236509+00"',
  numeric: '"-120034.5600"',
  float4: '1.5',
  float8: '-1.7976931348623157e+308',
  uuid: '"123e4567-e89b-12d3-a456-426614174000"',
  bytea: '"\\\\x00ff"',
};

function batchOf(...rows: string[]): RowBatch {
  return { bytes: Buffer.from(rows.map(row => `${row}\n`).join('')), rows: rows.length };
}

function decoderOf(...kinds: (BinaryKind | null)[]): BinaryRowDecoder {
  return new BinaryRowDecoder(
    kinds.map(kind => (kind === null ? null : { kind })),
    'public.pupil',
  );
}

/** The fields of each tuple, null for SQL's null. */
function tuples(bytes: Buffer): (Buffer | null)[][] {
  const found: (Buffer | null)[][] = [];
  let at = 0;
  while (at < bytes.length) {
    const fields = bytes.readInt16BE(at);
    at += 2;
    found.push(
      Array.from({ length: fields }, () => {
        const length = bytes.readInt32BE(at);
        at += 4;
        if (length < 0) return null;
        const field = bytes.subarray(at, at + length);
        expect(field).toHaveLength(length);
        at += length;
        return field;
      }),
    );
  }
  return found;
}

function decodeOne(kind: BinaryKind, value: string): Buffer | null | undefined {
  const { bytes, rest } = decoderOf(kind).decode(batchOf(`[${value}]`));
  expect(rest).toBeNull();
  return tuples(bytes)[0]?.[0];
}

/** What the text form makes of rows: nothing, or its refusal. */
function refusalOfText(batch: RowBatch, width: number): string | null {
  return refusalOf(() => new RowDecoder(Array<boolean>(width).fill(true), 'public.pupil').decode(batch));
}

function refusalOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(BackupError);
    expect(error).toMatchObject({ kind: 'invalid_backup' });
    return (error as BackupError).message;
  }
}

describe('BinaryRowDecoder', () => {
  it('frames tuples as COPY asks for', () => {
    const decoder = decoderOf(BinaryKind.int4);
    expect(decoder.header().toString('hex')).toBe('5047434f50590aff0d0a000000000000000000');
    expect(decoder.trailer().toString('hex')).toBe('ffff');
  });

  it.each([
    [BinaryKind.int2, '-2', 'fffe'],
    [BinaryKind.int4, '"007"', '00000007'],
    [BinaryKind.int8, '999999999999999', '00038d7ea4c67fff'],
    [BinaryKind.int8, '-4294967296', 'ffffffff00000000'],
    [BinaryKind.int8, '"1000000000000000"', '00038d7ea4c68000'],
    [BinaryKind.int8, '"-1000000000000000"', 'fffc72815b398000'],
    [BinaryKind.int8, '"-4611686018427387904"', 'c000000000000000'],
    [BinaryKind.int8, '"9223372036854775807"', '7fffffffffffffff'],
    [BinaryKind.int8, '"-9223372036854775808"', '8000000000000000'],
    [BinaryKind.oid, '4294967295', 'ffffffff'],
    [BinaryKind.bool, 'false', '00'],
    [BinaryKind.text, 'true', '74'],
    [BinaryKind.text, '-1.50e3', '2d312e35306533'],
    [
      BinaryKind.text,
      '"\\u00e9\\u07FF\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\\u007f\\u0080"',
      'c3a9dfbfe0a080efbfbff0908080f48fbfbf7fc280',
    ],
    [BinaryKind.jsonb, '"[]"', '015b5d'],
    [BinaryKind.date, '"2000-01-01"', '00000000'],
    [BinaryKind.date, '"1999-12-31"', 'ffffffff'],
    [BinaryKind.date, '"-infinity"', '80000000'],
    [BinaryKind.time, '"00:00:00.000100"', '0000000000000064'],
    [BinaryKind.timestamp, '"2000-01-01 00:00:01"', '00000000000f4240'],
    // 252455615999999999 µs, which no double holds.
    [BinaryKind.timestamptz, '"9999-12-31 23:59:59.999999+00"', '0380e70b913b7fff'],
    [BinaryKind.timestamp, '"infinity"', '7fffffffffffffff'],
    [BinaryKind.numeric, '"0.00"', '0000000000000002'],
    [BinaryKind.numeric, '"-12345.6700"', '000300014000000400010929' + '1a2c'],
    [BinaryKind.numeric, '"1.10000000"', '0002000000000008000103e8'],
    [BinaryKind.numeric, '"00120000"', '0001000100000000000c'],
    [BinaryKind.numeric, '"-0.0"', '0000000000000001'],
    [BinaryKind.numeric, '"0.00001"', '0001fffe0000000503e8'],
    [BinaryKind.float8, '"-0"', '8000000000000000'],
    [BinaryKind.float8, '"NaN"', '7ff8000000000000'],
    [BinaryKind.float4, '"NaN"', '7fc00000'],
    [BinaryKind.float4, '"-Infinity"', 'ff800000'],
    [BinaryKind.bytea, '"\\\\x"', ''],
    [BinaryKind.bytea, '"\\\\x0AfF"', '0aff'],
  ])('writes %i of %s', (kind, value, hex) => {
    expect(decodeOne(kind, value)?.toString('hex')).toBe(hex);
  });

  it('writes every 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.boolean(), (value, isString) => {
        const digits = value.toString();
        const field = decodeOne(BinaryKind.int8, isString ? `"${digits}"` : digits);
        expect(field?.readBigInt64BE()).toBe(value);
      }),
    );
  });

  it('writes the double nearest to every number, however it is put', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, fc.integer({ min: 1, max: 21 }), fc.boolean(), (value, digits, exponent) => {
        const text = exponent ? value.toExponential(digits - 1) : value.toPrecision(digits);
        fc.pre(Number.isFinite(Number(text)));
        expect(decodeOne(BinaryKind.float8, text)?.readDoubleBE()).toBe(Number(text));
      }),
    );
  });

  it('writes the double nearest to every decimal number around the digits that a double holds', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'123456789'), minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(digits, digits, (whole, fraction) => {
        const text = `${whole}.${fraction}`;
        expect(decodeOne(BinaryKind.float8, text)?.readDoubleBE()).toBe(Number(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes every text, with its characters as they are or escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (any, escaped) => {
        const text = any.replaceAll('\0', '');
        const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
        const value = escaped
          ? `"${units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
          : JSON.stringify(text);
        expect(decodeOne(BinaryKind.text, value)?.toString()).toBe(text);
      }),
    );
  });

  it('keeps nulls and leaves out what is not wanted, checking it all the same', () => {
    const decoder = decoderOf(BinaryKind.int4, null, BinaryKind.text);
    const { bytes, rows } = decoder.decode(batchOf('[null,"x\\u00e9",null]', '[1,2.5,"b"]'));
    expect(rows).toBe(2);
    expect(tuples(bytes).map(row => row.map(field => field?.toString('hex') ?? null))).toEqual([
      [null, null],
      ['00000001', '62'],
    ]);
    expect(() => decoder.decode(batchOf('[1,"\\ud800","b"]'))).toThrow(
      'Row 3 of public.pupil has half a surrogate pair in value 2.',
    );
  });

  it.each(EVERY_KIND)('takes %s, at the very end of a batch and with the largest fields', (name, kind) => {
    const taken = TAKEN[name as keyof typeof BinaryKind];
    const { bytes, rows, rest } = decoderOf(kind, kind).decode(batchOf(`[${taken},null]`));
    expect(rest).toBeNull();
    expect(rows).toBe(1);
    expect(tuples(bytes)[0]).toHaveLength(2);
  });

  it.each([
    [
      'int2',
      ['32768', '-32769', '1.0', '1e2', '"+1"', '" 1"', '"1 "', '""', '"-"', 'true', '"0x1"', '"1_0"'],
    ],
    ['int4', ['2147483648', '-2147483649', '99999999999999999999', '"2147483648"', '1.5']],
    [
      'int8',
      ['"9223372036854775808"', '"-9223372036854775809"', '"9999999999999999999"', '"00000000000000000001"'],
    ],
    ['oid', ['-1', '4294967296', '"-0"']],
    ['bool', ['"t"', '1', '"true"']],
    [
      'date',
      ['"2023-02-29"', '"1900-02-29"', '"2024-04-31"', '"2024-00-10"', '"2024-13-01"', '"0000-01-01"'],
    ],
    [
      'date',
      [
        '"0044-03-15 BC"',
        '"12024-01-01"',
        '"2024-1-01"',
        '"2024/01/01"',
        '"Infinity"',
        '20240101',
        '"20240101"',
      ],
    ],
    [
      'time',
      ['"24:00:00"', '"23:60:00"', '"23:59:60"', '"1:00:00"', '"01:00"', '"01:00:00."', '"01:00:00.1234567"'],
    ],
    [
      'timestamp',
      ['"2024-01-01"', '"2024-01-01T00:00:00"', '"2024-01-01 00:00:00+00"', '"2024-01-01 24:00:00"'],
    ],
    ['timestamptz', ['"2024-01-01 00:00:00"', '"2024-01-01 00:00:00Z"', '"2024-01-01 00:00:00+01"']],
    [
      'timestamptz',
      ['"2024-01-01 00:00:00+00:30"', '"2024-01-01 00:00:00-00"', '"2024-01-01 00:00:00+00 BC"'],
    ],
    [
      'numeric',
      ['"1e5"', '1e5', '"+1"', '".5"', '"5."', '"1 "', '""', '"-"', '"nan"', '"-NaN"', '"1,0"', 'true'],
    ],
    ['numeric', [`"${'9'.repeat(131_073)}"`, `"0.${'0'.repeat(16_384)}"`]],
    [
      'float8',
      ['1e309', '1e-400', '"+1"', '"1."', '".1"', '"01"', '"inf"', '"nan"', 'true', '"0x1p3"', '""', '"-"'],
    ],
    // The second is half-way between two reals as a double, and above it as a decimal number.
    ['float4', ['16777217', '16777217.000000001', '1e39', '1e-40', '1e-60']],
    [
      'uuid',
      [
        '"123e4567e89b12d3a456426614174000"',
        '"{123e4567-e89b-12d3-a456-426614174000}"',
        '"123e4567-e89b-12d3-a456_426614174000"',
        '1',
        '"x"',
      ],
    ],
    ['bytea', ['"abc"', '"\\\\x0"', '"\\\\x0 0"', '"\\\\X00"', '"\\\\x0g"', '0']],
  ] as const)('leaves to the text form what %s has no certain binary form for', (name, values) => {
    for (const value of values) {
      const batch = batchOf(`[7,${TAKEN[name]}]`, `[8,${value}]`, `[9,${TAKEN[name]}]`);
      const decoder = decoderOf(BinaryKind.int4, BinaryKind[name]);
      const { bytes, rows, rest } = decoder.decode(batch);
      expect([value, rows, tuples(bytes).length]).toEqual([value, 1, 1]);
      expect(rest?.rows).toBe(2);
      expect(Buffer.from(rest?.bytes ?? []).toString()).toBe(`[8,${value}]\n[9,${TAKEN[name]}]\n`);
      expect(decoder.rows).toBe(3);
    }
  });

  it.each([
    '9007199254740993',
    '12345678901234567890.5',
    '0.1',
    '1e22',
    '4.35',
    '123456.789012345',
    '5e-324',
  ])('reads the double nearest to %s', text => {
    expect(decodeOne(BinaryKind.float8, text)?.readDoubleBE()).toBe(Number(text));
  });

  it.each([
    '[1',
    '[1]',
    '[1,2,3]',
    '[1, 2]',
    '1,2]',
    '[1,2]]',
    '[01,2]',
    '[-,2]',
    '[1.,2]',
    '[1,+2]',
    '[[1],2]',
    '[{},2]',
    '[nul,2]',
    '[1,"\u0001"]',
    '[1,"\\x"]',
    '[1,"\\u00g0"]',
    '[1,"\\u0000"]',
    '[1,"\\udc00"]',
    '[1,"\\ud800\\u0041"]',
    '[1,"\\ud800\\ue000"]',
    '[1,"a]',
    '[,]',
    '[]',
    '',
  ])('refuses %s as the text form does', row => {
    const first = batchOf('[1,"a"]');
    const decoder = decoderOf(BinaryKind.int4, BinaryKind.text);
    decoder.decode(first);
    const text = new RowDecoder([true, true], 'public.pupil');
    text.decode(first);
    const batch = batchOf('[2,"b"]', row, '[3,"c"]');
    const refusal = refusalOf(() => decoder.decode(batch));
    expect(refusal).toMatch(/^Row 3 of public\.pupil /);
    expect(refusal).toBe(refusalOf(() => text.decode(batch)));
  });

  it('refuses a batch that ends in the middle of a row', () => {
    const whole = batchOf('[1,"abc\\u00e9"]').bytes;
    for (let length = 1; length < whole.length; length++) {
      const batch = { bytes: whole.subarray(0, length), rows: 1 };
      const refusal = refusalOf(() => decoderOf(BinaryKind.int4, BinaryKind.text).decode(batch));
      expect(refusal).not.toBeNull();
      expect(refusal).toBe(refusalOfText(batch, 2));
    }
  });

  it('refuses what the text form refuses and nothing else, wherever bytes are damaged', () => {
    const names = EVERY_KIND.map(([name]) => name as keyof typeof BinaryKind);
    const row = (order: readonly (keyof typeof BinaryKind)[]): string =>
      `[${order.map(name => TAKEN[name]).join(',')}]`;
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: 1 }),
        fc.array(
          fc.record({
            at: fc.nat(),
            byte: fc.oneof(
              fc.constantFrom(...Array.from('[]{},":\\.-+eE0123456789abtfnux \n', c => c.charCodeAt(0))),
              fc.integer({ min: 0, max: 255 }),
            ),
            how: fc.constantFrom('replace', 'insert', 'remove'),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        (order, damages) => {
          let bytes = [...batchOf(row(order), row(order), row(order)).bytes];
          for (const { at, byte, how } of damages) {
            const place = at % bytes.length;
            bytes = bytes.toSpliced(place, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [byte]));
          }
          const batch = { bytes: Uint8Array.from(bytes), rows: bytes.filter(byte => byte === 0x0a).length };
          const decoder = decoderOf(...order.map(name => BinaryKind[name]));
          const refusal = refusalOf(() => {
            const { rows, bytes: written, rest } = decoder.decode(batch);
            const found = tuples(written);
            expect(found).toHaveLength(rows);
            for (const fields of found) expect(fields).toHaveLength(order.length);
            if (rest === null) return;
            const rowsBefore = decoder.rows - rest.rows;
            expect(rowsBefore).toBe(rows);
            new RowDecoder(Array<boolean>(order.length).fill(true), 'public.pupil', rowsBefore).decode(rest);
          });
          expect(refusal).toBe(refusalOfText(batch, order.length));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives the same tuples however rows are put in batches', () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `[${i},"${'x'.repeat(i * i)}","2024-03-${10 + (i % 15)}"]`,
    );
    const kinds = [BinaryKind.int8, BinaryKind.text, BinaryKind.date];
    const whole = Buffer.from(decoderOf(...kinds).decode(batchOf(...rows)).bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), cuts => {
        const decoder = decoderOf(...kinds);
        const places = [0, ...new Set(cuts), rows.length].toSorted((a, b) => a - b);
        const parts = places.map((start, index) =>
          Buffer.from(decoder.decode(batchOf(...rows.slice(start, places[index + 1] ?? start))).bytes),
        );
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
        expect(decoder.rows).toBe(rows.length);
      }),
    );
  });

  it('tells neighbouring dates apart, one known after another', () => {
    const days = [
      '2024-02-28',
      '2024-02-29',
      '2024-02-29',
      '2024-03-29',
      '2023-03-29',
      '2000-01-01',
      '0001-01-01',
    ];
    const decoder = decoderOf(BinaryKind.date, BinaryKind.timestamp);
    const { bytes, rest } = decoder.decode(batchOf(...days.map(day => `["${day}","${day} 00:00:00"]`)));
    expect(rest).toBeNull();
    const epoch = Date.parse('2000-01-01');
    expect(tuples(bytes).map(([date, time]) => [date?.readInt32BE(), time?.readBigInt64BE()])).toEqual(
      days.map(day => [(Date.parse(day) - epoch) / 86_400_000, BigInt(Date.parse(day) - epoch) * 1000n]),
    );
  });

  it('takes no byte for a digit or a colon that is none, in any place of a time', () => {
    for (const place of '23:59:58'.split('').keys()) {
      for (let byte = 0x20; byte < 0x7f; byte++) {
        const wrong = '23:59:58'.split('').with(place, String.fromCharCode(byte)).join('');
        if (byte === 0x22 || byte === 0x5c) continue;
        const { rest } = decoderOf(BinaryKind.time).decode(batchOf(`["${wrong}"]`));
        expect([wrong, rest === null]).toEqual([wrong, /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(wrong)]);
      }
    }
  });

  it('has room for short values, which grow most, and for long ones', () => {
    const kinds = Array<BinaryKind>(40).fill(BinaryKind.int8);
    const short = `[${'1,'.repeat(39)}1]`;
    const { bytes, rows } = decoderOf(...kinds).decode(batchOf(...Array<string>(3000).fill(short)));
    expect(rows).toBe(3000);
    expect(bytes).toHaveLength(3000 * (2 + 40 * 12));

    const widest = decoderOf(...Array<BinaryKind>(1600).fill(BinaryKind.int8));
    expect(widest.decode(batchOf(`[${'1,'.repeat(1599)}1]`)).bytes).toHaveLength(2 + 1600 * 12);

    const decoder = decoderOf(BinaryKind.text, BinaryKind.numeric);
    const long = 'é'.repeat(6 << 20);
    const number = `${'1'.repeat(9_999)}.${'7'.repeat(9_999)}`;
    const large = tuples(decoder.decode(batchOf(`["${long}","${number}"]`)).bytes);
    expect(large[0]?.[0]?.equals(Buffer.from(long))).toBe(true);
    expect(large[0]?.[1]).toHaveLength(8 + 2 * 5000);
    expect(tuples(decoder.decode(batchOf('["a",1]')).bytes)[0]?.[0]?.toString()).toBe('a');
  });

  it('knows for which columns there is a binary form', () => {
    const base = (baseTypeOid: number, baseTypeKind = 'b') => ({ baseTypeOid, baseTypeKind });
    expect(BinaryRowDecoder.kindsOf([base(20), base(99_999, 'e'), base(3802)])).toEqual([
      BinaryKind.int8,
      BinaryKind.text,
      BinaryKind.jsonb,
    ]);
    expect(BinaryRowDecoder.kindsOf([base(20), base(1007)])).toBeNull();
    expect(BinaryRowDecoder.kindsOf([])).toEqual([]);
  });
});
