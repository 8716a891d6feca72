import type { Column } from '@satchel/domain';
import { endOfValue } from '../json/compact-json.js';

const DOUBLE_EXPONENT = 15;

/**
 * PostgreSQL prints a float's shortest digits; it takes an exponent for values below 1e-4 and from this power of ten on.
 *
 * @see PostgreSQL, src/common/d2s.c and f2s.c
 */
const EXPONENT_FROM = new Map([
  ['double precision', DOUBLE_EXPONENT],
  ['real', 6],
]);

/** The most digits that PostgreSQL prints of a float. */
const MAX_DIGITS = 17;

/** From here on doubles are so far apart that a short decimal can be just half way between two of them. */
const FIRST_LARGE = 2 ** 53;

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

/**
 * Spells a JSON number as PostgreSQL prints that float. Numbers with more digits than any float are left alone.
 *
 * @param exponentFrom the power of ten from which on the type is written with an exponent
 */
export function spellFloat(text: string, exponentFrom: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const written = whole + fraction;
  const digits = written.replace(/^0+/, '').replace(/0+$/, '');
  if (digits.length > MAX_DIGITS) return text;
  const large = spellLargeDouble(sign, Number(text), exponentFrom);
  if (large !== null) return large;
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

/**
 * PostgreSQL takes the shortest digits that are nearer to this double than to any other; JavaScript and `jq` also take
 * some that are half way, and read back right only by rounding to even. Then PostgreSQL has a digit more.
 *
 * @returns null for numbers of which that cannot be
 */
function spellLargeDouble(sign: string, value: number, exponentFrom: number): string | null {
  const size = Math.abs(value);
  if (exponentFrom !== DOUBLE_EXPONENT || size < FIRST_LARGE || !Number.isFinite(size)) return null;
  let spelled = size.toExponential();
  for (let digits = spelled.replace(/e.*/, '').replace('.', '').length; isHalfWay(spelled, size); digits++) {
    spelled = size.toExponential(digits);
  }
  return sign + spelled;
}

/** Whether a decimal, which is a whole number, stands in the middle between a double and one of its neighbours. */
function isHalfWay(spelled: string, value: number): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d)(?:\.(\d+))?e\+(\d+)$/.exec(spelled) ?? [];
  if (whole === '') return false;
  const twice = 2n * BigInt((whole + fraction).padEnd(Number(exponent) + 1, '0'));
  return [-1n, 1n].some(step => BigInt(value) + BigInt(neighbour(value, step)) === twice);
}

function neighbour(value: number, step: bigint): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) + step);
  const next = bits.getFloat64(0);
  return Number.isFinite(next) ? next : value;
}

function isNumber(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE);
}
