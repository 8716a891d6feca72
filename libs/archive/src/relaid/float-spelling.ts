import type { Column } from '@satchel/domain';
import { endOfValue } from '../json/compact-json.js';

/**
 * PostgreSQL prints a float's shortest digits; it takes an exponent for values below 1e-4 and from this power of ten on.
 *
 * @see PostgreSQL, src/common/d2s.c and f2s.c
 */
const EXPONENT_FROM = new Map([
  ['double precision', 15],
  ['real', 6],
]);

/** More digits than any float has; longer numbers are left alone. */
const MAX_DIGITS = 40;

const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Gives floats the spelling that PostgreSQL gave them. Tools that keep numbers as doubles lose nothing of the value, but
 * write 1e+15 as 1000000000000000 and 1e-07 as 1e-7, and then the rows would not have their digest.
 */
export class FloatSpelling {
  readonly #exponentFrom: readonly (number | undefined)[];

  private constructor(exponentFrom: readonly (number | undefined)[]) {
    this.#exponentFrom = exponentFrom;
  }

  /** @returns null for a relation without columns of such a type */
  static of(columns: readonly Column[]): FloatSpelling | null {
    const exponentFrom = columns.map(column => EXPONENT_FROM.get(column.type));
    return exponentFrom.some(power => power !== undefined) ? new FloatSpelling(exponentFrom) : null;
  }

  /** @param row compact, with as many values as columns @returns the row spelled anew; null if it is right already */
  respell(row: Uint8Array): Uint8Array | null {
    const pieces: Uint8Array[] = [];
    let copied = 0;
    let at = 1;
    for (const exponentFrom of this.#exponentFrom) {
      const end = endOfValue(row, at);
      if (exponentFrom !== undefined && isNumber(row[at] as number)) {
        const text = Buffer.from(row.buffer, row.byteOffset + at, end - at).toString('latin1');
        const spelled = spellFloat(text, exponentFrom);
        if (spelled !== text) {
          pieces.push(row.subarray(copied, at), Buffer.from(spelled, 'latin1'));
          copied = end;
        }
      }
      at = row[end] === COMMA ? end + 1 : end;
    }
    if (pieces.length === 0) return null;
    pieces.push(row.subarray(copied));
    return Buffer.concat(pieces);
  }
}

/** @param text a JSON number @param exponentFrom the power of ten from which on it is written with an exponent */
export function spellFloat(text: string, exponentFrom: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const written = whole + fraction;
  const digits = written.replace(/^0+/, '').replace(/0+$/, '');
  if (digits.length > MAX_DIGITS) return text;
  if (digits === '') return sign === '' ? '0' : text;
  const leadingZeros = written.length - written.replace(/^0+/, '').length;
  /** The power of ten of the first digit. */
  const power = Number(exponent) + whole.length - leadingZeros - 1;

  if (power < -4 || power >= exponentFrom) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(power)).padStart(2, '0');
    return `${sign}${digits.slice(0, 1)}${rest}e${power < 0 ? '-' : '+'}${size}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, '0');
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

function isNumber(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE);
}
