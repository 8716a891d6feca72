import { DIGIT, NO_DIGIT, quoted, REFUSED, standsAt } from './binary-bytes.js';
import { QUOTE } from './json-scalar.js';

const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Decimal digits in one of `numeric`'s own, of base 10,000. */
const GROUP = 4;

/** Limits of PostgreSQL (`NUMERIC_WEIGHT_MAX`, `NUMERIC_DSCALE_MAX`); beyond them it says itself what is wrong. */
const MAX_INTEGER_DIGITS = 131_072;
const MAX_FRACTION_DIGITS = 16_383;

const HEADER_BYTES = 12;
const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;

/** What is no number, and the code that stands in the place of a sign. */
const SPECIAL: readonly (readonly [text: Uint8Array, sign: number])[] = [
  [quoted('NaN'), 0xc000],
  [quoted('Infinity'), 0xd000],
  [quoted('-Infinity'), 0xf000],
];

/**
 * Reads decimal numbers without exponent, and writes them as binary `numeric` with the digits, weight and scale that
 * PostgreSQL itself makes of the text, so that the stored bytes are the same. Other forms are refused.
 *
 * @see src/backend/utils/adt/numeric.c: set_var_from_str, strip_var, numeric_recv
 */
export class NumericReader {
  /** Position behind the value written last, length word included. */
  to = 0;

  /**
   * Needs room for 16 bytes and half of the value's own.
   *
   * @returns the position behind the value, or `REFUSED`
   */
  numeric(input: Uint8Array, at: number, output: DataView, to: number): number {
    const isString = input[at] === QUOTE;
    let from = isString ? at + 1 : at;
    const negative = input[from] === MINUS;
    if (negative) from++;
    const point = endOfDigits(input, from);
    let end = point;
    if (input[point] === DOT) {
      end = endOfDigits(input, point + 1);
      if (end === point + 1) return REFUSED;
    }
    if (point === from) return isString ? this.#special(input, at, output, to) : REFUSED;
    if (isString ? input[end] !== QUOTE : point - from > 1 && input[from] === ZERO) return REFUSED;
    const scale = end === point ? 0 : end - point - 1;
    while (from < point && input[from] === ZERO) from++;
    const integerDigits = point - from;
    if (integerDigits > MAX_INTEGER_DIGITS || scale > MAX_FRACTION_DIGITS) return REFUSED;

    let weight = Math.ceil(integerDigits / GROUP) - 1;
    let write = to + HEADER_BYTES;
    let significant = write;
    for (let group = from; group < point;) {
      const next = group + ((point - group) % GROUP || GROUP);
      const digit = groupValue(input, group, next, next);
      output.setInt16(write, digit);
      write += 2;
      if (digit !== 0) significant = write;
      group = next;
    }
    for (let group = point + 1; group < end; group += GROUP) {
      const digit = groupValue(input, group, group + GROUP, end);
      if (digit === 0 && write === to + HEADER_BYTES) {
        weight--;
        continue;
      }
      output.setInt16(write, digit);
      write += 2;
      if (digit !== 0) significant = write;
    }
    const isZero = significant === to + HEADER_BYTES;
    writeHeader(output, to, {
      bytes: significant - to - HEADER_BYTES,
      weight: isZero ? 0 : weight,
      sign: negative && !isZero ? NEGATIVE : POSITIVE,
      scale,
    });
    this.to = significant;
    return isString ? end + 1 : end;
  }

  #special(input: Uint8Array, at: number, output: DataView, to: number): number {
    const found = SPECIAL.find(([text]) => standsAt(input, at, text));
    if (found === undefined) return REFUSED;
    writeHeader(output, to, { bytes: 0, weight: 0, sign: found[1], scale: 0 });
    this.to = to + HEADER_BYTES;
    return at + found[0].length;
  }
}

function writeHeader(
  output: DataView,
  to: number,
  header: { bytes: number; weight: number; sign: number; scale: number },
): void {
  output.setInt32(to, HEADER_BYTES - 4 + header.bytes);
  output.setInt16(to + 4, header.bytes / 2);
  output.setInt16(to + 6, header.weight);
  output.setUint16(to + 8, header.sign);
  output.setInt16(to + 10, header.scale);
}

function endOfDigits(input: Uint8Array, at: number): number {
  while (DIGIT[input[at] ?? 0] !== NO_DIGIT) at++;
  return at;
}

/** The value of the digits from `start` to `end`, of which those behind `known` count as zeros. */
function groupValue(input: Uint8Array, start: number, end: number, known: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (at < known ? (input[at] ?? 0) - ZERO : 0);
  return value;
}
