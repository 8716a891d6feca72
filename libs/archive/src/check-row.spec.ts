import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowChecker } from './check-row.js';

function accepts(text: string | Uint8Array, columns: number, rows = 1): boolean {
  try {
    new RowChecker('student', columns).check({ bytes: Buffer.from(text), rows });
    return true;
  } catch {
    return false;
  }
}

describe('RowChecker', () => {
  it('accepts whatever JSON.stringify makes of an array of scalars', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).filter(text => !text.includes('\0')),
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        table => {
          expect(accepts(table.map(row => `${JSON.stringify(row)}\n`).join(''), 3, table.length)).toBe(true);
        },
      ),
    );
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '"',
      ',',
      '\\',
      'u00e9',
      'n',
      '0',
      '1',
      '-',
      '.',
      'e',
      '+',
      'null',
      'true',
      'false',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const text = `[${pieces.join('')}]`;
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = null;
        }
        const flat = Array.isArray(parsed) && parsed.every(value => !Array.isArray(value));
        // White space outside strings is JSON, and not compact.
        const compact = !text.replace(/"(?:[^"\\]|\\.)*"/g, '""').includes(' ');
        const columns = flat ? (parsed as unknown[]).length : 1;
        expect(accepts(`${text}\n`, columns)).toBe(flat && compact);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['too few values', '[1]\n', 2],
    ['too many values', '[1,2,3]\n', 2],
    ['values where there are no columns', '[1]\n', 0],
    ['a row without its line feed', '[1]', 1],
    ['a row over two lines', '[1\n]\n', 1],
    ['a control byte in a string', '["\t"]\n', 1],
    ['an array as value', '[[1]]\n', 1],
    ['an object as value', '[{}]\n', 1],
    ['the escape of NUL', '["\\u0000"]\n', 1],
    ['half a character', '["\\ud83d"]\n', 1],
    ['half a character before a whole one', '["\\ud83d\\u0041"]\n', 1],
    ['halves in the wrong order', '["\\ude00\\ud83d"]\n', 1],
    ['a leading zero', '[01]\n', 1],
    ['nothing', '\n', 1],
  ])('refuses %s', (_, text, columns) => {
    expect(accepts(text, columns)).toBe(false);
  });

  it('takes a character as two escapes', () => {
    expect(accepts('["\\uD83D\\uDE00\\/"]\n', 1)).toBe(true);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(accepts(Buffer.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d, 0x0a]), 1)).toBe(false);
  });

  it('says which row, counted over all batches', () => {
    const checker = new RowChecker('public.student', 1);
    checker.check({ bytes: Buffer.from('[1]\n[2]\n'), rows: 2 });
    expect(() => checker.check({ bytes: Buffer.from('[3]\n[x]\n'), rows: 2 })).toThrow(
      'Row 4 of public.student',
    );
  });
});
