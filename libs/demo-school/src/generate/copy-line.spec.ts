import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyLine } from './copy-line.js';

const NAMES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Reads a line as COPY does, by the documentation's rules and not by the code under test. */
function readLine(line: string): (string | null)[] {
  expect(line.endsWith('\n')).toBe(true);
  const fields = line.slice(0, -1).split('\t');
  return fields.map(field =>
    field === '\\N'
      ? null
      : field.replace(/\\(.)/gs, (_, character: string) => NAMES[character] ?? character),
  );
}

describe('copyLine', () => {
  it('tells null from the empty text and from the text of null’s mark', () => {
    expect(copyLine([null, '', '\\N', 'null'])).toBe('\\N\t\t\\\\N\tnull\n');
  });

  it('writes booleans and numbers as PostgreSQL does', () => {
    expect(copyLine([true, false, 12])).toBe('t\tf\t12\n');
  });

  it('is read back as it was written, whatever the text', () => {
    const value = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });
    const nasty = fc.option(
      fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', 'b', '\v', 'é', '😀') }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(value, nasty), { minLength: 1 }), values => {
        const line = copyLine(values);
        expect(line.slice(0, -1)).not.toContain('\n');
        expect(readLine(line)).toEqual(values);
      }),
    );
  });
});
