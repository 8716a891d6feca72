import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowLineReader, writeRowLines } from './row-lines.js';
import { PIECE_BYTES } from './row-lines-sizes.js';

/** Rows of any length: what is between the brackets does not matter here, but for the line feed that it never holds. */
const rows = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(',', ']', '[', 'x', 'é'), maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 3 }).map(times => 'y'.repeat(times * PIECE_BYTES - 3)),
    },
  ),
  { minLength: 1, maxLength: 30 },
);

function linesOf(all: readonly string[]): Buffer {
  return Buffer.from(all.map(row => `[${row}]\n`).join(''));
}

function documentOf(all: readonly string[]): Buffer {
  return Buffer.from(all.map(row => `[${row}]`).join(',\n'));
}

describe('writeRowLines', () => {
  it('puts a comma before each line feed but the last, which it leaves out', () => {
    fc.assert(
      fc.property(rows, all => {
        const expected = documentOf(all);
        const target = Buffer.alloc(expected.length + 3, 0x7e);
        expect(writeRowLines(linesOf(all), target)).toBe(expected.length);
        expect(target.equals(Buffer.concat([expected, Buffer.from('~~~')]))).toBe(true);
      }),
    );
  });

  it('says where there is no room', () => {
    expect(writeRowLines(Buffer.from('[1]\n[2]\n'), Buffer.alloc(7))).toBe(-1);
  });
});

describe('RowLineReader', () => {
  /** Reads pieces of these sizes, over and over, into a target of which so much is given at a time. */
  function read(
    source: Buffer,
    sizes: readonly number[],
    room: number,
  ): { reader: RowLineReader; out: Buffer } {
    const reader = new RowLineReader();
    const out = Buffer.alloc(source.length + 1);
    let used = 0;
    let at = 0;
    for (let turn = 0; at < source.length && !reader.ended && !reader.broken; turn++) {
      const piece = source.subarray(0, at + (sizes[turn % sizes.length] ?? 1));
      reader.read(piece, at, out.subarray(0, Math.min(out.length, used + room)), used);
      at += reader.consumed;
      used += reader.produced;
    }
    return { reader, out: out.subarray(0, used) };
  }

  it('gives the rows back, wherever the pieces are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, sizes, fc.integer({ min: 1, max: 100_000 }), (all, cut, room) => {
        const { reader, out } = read(Buffer.concat([documentOf(all), Buffer.from('\n],')]), cut, room);
        expect(out.equals(linesOf(all))).toBe(true);
        expect(reader).toMatchObject({ rows: all.length, ended: true, broken: false, rowsEnd: out.length });
      }),
    );
  });

  it('gives the rows back, cut after each byte', () => {
    const source = Buffer.from('[1],\n[",]"],\n[]\n],');
    const { reader, out } = read(source, [1], 1);
    expect(out.toString()).toBe('[1]\n[",]"]\n[]\n');
    expect(reader).toMatchObject({ rows: 3, ended: true, broken: false });
  });

  it('ends at once where there are no rows', () => {
    expect(read(Buffer.from('],'), [5], 5).reader).toMatchObject({ rows: 0, ended: true, broken: false });
  });

  it.each(['{"a":1}\n', '[1],\n]', '[1],\nx', '[1\n', '[1,\n', '\n'])('notices %j, which is no row', text => {
    for (const size of [1, 100]) {
      expect(read(Buffer.from(text), [size], 100).reader).toMatchObject({ broken: true });
    }
  });
});
