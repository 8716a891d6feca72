import { DIGIT, NO_DIGIT, quoted, REFUSED, standsAt } from './binary-bytes.js';
import { IN_NUMBER, isNumber, QUOTE } from './json-scalar.js';

const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** A whole number of so many digits, divided by a power of ten that is exact too, is the nearest double. */
const MAX_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Below this a `real` has fewer bits, and where it is rounded is another question. */
const SMALLEST_NORMAL_FLOAT4 = 2 ** -126;

const NON_ZERO_MANTISSA = /^-?[0.]*[1-9]/;

const SPECIAL: readonly (readonly [text: Uint8Array, high: number])[] = [
  [quoted('NaN'), 0x7ff8_0000],
  [quoted('Infinity'), 0x7ff0_0000],
  [quoted('-Infinity'), 0xfff0_0000],
];

/**
 * Reads numbers, and the strings that stand for what JSON cannot say, and writes the nearest binary floating point
 * number, as PostgreSQL does. What would overflow or become zero is refused: PostgreSQL has an error for it.
 */
export class FloatReader {
  /** Position behind the number read last, or `REFUSED`. */
  #end = 0;
  readonly #bits = new DataView(new ArrayBuffer(8));

  /** @returns the position behind the value, or `REFUSED` */
  float8(input: Buffer, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    if (this.#end === REFUSED) {
      const special = findSpecial(input, at);
      if (special === undefined) return REFUSED;
      output.setInt32(to, 8);
      output.setUint32(to + 4, special[1]);
      output.setUint32(to + 8, 0);
      return at + special[0].length;
    }
    output.setInt32(to, 8);
    output.setFloat64(to + 4, value);
    return this.#end;
  }

  /** @returns the position behind the value, or `REFUSED` */
  float4(input: Buffer, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    if (this.#end === REFUSED) {
      const special = findSpecial(input, at);
      if (special === undefined) return REFUSED;
      output.setInt32(to, 4);
      // The same sign, the eight of eleven exponent bits that are all ones, and the first bit of the mantissa.
      output.setUint32(to + 4, (special[1] & 0x8000_0000) | 0x7f80_0000 | ((special[1] << 3) & 0x40_0000));
      return at + special[0].length;
    }
    const rounded = Math.fround(value);
    if (!Number.isFinite(rounded)) return REFUSED;
    if (value !== 0) {
      if (Math.abs(value) < SMALLEST_NORMAL_FLOAT4) return REFUSED;
      // A double half-way between two reals may itself have been rounded, from a text on either side.
      this.#bits.setFloat64(0, value);
      if ((this.#bits.getUint32(4) & 0x1fff_ffff) === 0x1000_0000) return REFUSED;
    }
    output.setInt32(to, 4);
    output.setFloat32(to + 4, rounded);
    return this.#end;
  }

  #read(input: Buffer, at: number): number {
    const isString = input[at] === QUOTE;
    const start = isString ? at + 1 : at;
    const negative = input[start] === MINUS;
    const first = negative ? start + 1 : start;
    let end = first;
    let value = 0;
    let point = -1;
    for (;;) {
      const digit = DIGIT[input[end] ?? 0] ?? NO_DIGIT;
      if (digit !== NO_DIGIT) value = value * 10 + digit;
      else if (input[end] === DOT && point < 0) point = end;
      else break;
      end++;
    }
    const integerEnd = point < 0 ? end : point;
    const fractionDigits = point < 0 ? 0 : end - point - 1;
    const isPlain =
      IN_NUMBER[input[end] ?? 0] === 0 &&
      integerEnd > first &&
      (point < 0 || fractionDigits > 0) &&
      (input[first] !== ZERO || integerEnd === first + 1) &&
      integerEnd - first + fractionDigits <= MAX_EXACT_DIGITS;
    if (isPlain) {
      value /= POWERS_OF_TEN[fractionDigits] ?? 1;
      if (negative) value = -value;
    } else {
      while (IN_NUMBER[input[end] ?? 0] === 1) end++;
      if (!isNumber(input, start, end)) return this.#refuse();
      const text = input.toString('latin1', start, end);
      value = Number(text);
      if (!Number.isFinite(value) || (value === 0 && NON_ZERO_MANTISSA.test(text))) return this.#refuse();
    }
    if (isString && input[end++] !== QUOTE) return this.#refuse();
    this.#end = end;
    return value;
  }

  #refuse(): number {
    this.#end = REFUSED;
    return 0;
  }
}

function findSpecial(input: Uint8Array, at: number): (typeof SPECIAL)[number] | undefined {
  return SPECIAL.find(([text]) => standsAt(input, at, text));
}
