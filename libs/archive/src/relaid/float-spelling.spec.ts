import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FloatSpelling, spellFloat } from './float-spelling.js';

const DOUBLE = 15;
const REAL = 6;

describe('spellFloat', () => {
  // What PostgreSQL 15 prints for these values with extra_float_digits = 3.
  it.each([
    ['0', DOUBLE, '0'],
    ['100000000000000', DOUBLE, '100000000000000'],
    ['1000000000000000', DOUBLE, '1e+15'],
    ['123456789012345680', DOUBLE, '1.2345678901234568e+17'],
    ['45588902530220140', DOUBLE, '4.5588902530220144e+16'],
    ['-334375866812821600', DOUBLE, '-3.3437586681282163e+17'],
    ['1e22', DOUBLE, '1e+22'],
    ['1e23', DOUBLE, '9.999999999999999e+22'],
    ['9007199254740992', DOUBLE, '9.007199254740992e+15'],
    ['1e-7', DOUBLE, '1e-07'],
    ['0.0001', DOUBLE, '0.0001'],
    ['0.00001', DOUBLE, '1e-05'],
    ['1.7976931348623157e308', DOUBLE, '1.7976931348623157e+308'],
    ['5e-324', DOUBLE, '5e-324'],
    ['-1.50', DOUBLE, '-1.5'],
    ['2.0', DOUBLE, '2'],
    ['123456', REAL, '123456'],
    ['1234567', REAL, '1.234567e+06'],
    ['1E+6', REAL, '1e+06'],
  ])('spells %s as PostgreSQL does', (text, exponentFrom, expected) => {
    expect(spellFloat(text, exponentFrom)).toBe(expected);
    expect(spellFloat(expected, exponentFrom)).toBe(expected);
  });

  it('never changes a value', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(DOUBLE, REAL),
        (value, power) => {
          for (const text of [JSON.stringify(value), value.toExponential(), value.toPrecision(17)]) {
            expect(Number(spellFloat(text, power))).toBe(Number(text));
          }
        },
      ),
    );
  });

  it('gives one spelling to all that mean the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        fc.pre(value !== 0);
        expect(spellFloat(value.toExponential(), DOUBLE)).toBe(spellFloat(JSON.stringify(value), DOUBLE));
      }),
    );
  });

  it.each(['-0', '1e99999', `1${'2'.repeat(60)}`])('leaves %s alone', text => {
    expect(spellFloat(text, DOUBLE)).toBe(text);
  });
});

describe('FloatSpelling', () => {
  it('touches numbers in float columns only', () => {
    const spelling = FloatSpelling.of([
      { name: 'a', type: 'text' },
      { name: 'b', type: 'double precision' },
      { name: 'c', type: 'bigint' },
      { name: 'd', type: 'real' },
      { name: 'e', type: 'double precision' },
    ]);
    const respell = (row: string): string | undefined => spelling?.respell(Buffer.from(row))?.toString();
    expect(respell('["1e-7,\\"]",1e-7,1000000000000000,1000000,"1e-7"]')).toBe(
      '["1e-7,\\"]",1e-07,1000000000000000,1e+06,"1e-7"]',
    );
    expect(respell('["",1e-07,1,null,null]')).toBeUndefined();
    expect(FloatSpelling.of([{ name: 'a', type: 'text' }])).toBeNull();
  });
});
