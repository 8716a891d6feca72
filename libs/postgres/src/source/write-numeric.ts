import { MINUS, QUOTE, writeAscii, ZERO } from './json-bytes.js';
import { writeFour, writeSmall } from './write-integers.js';

const DOT = 0x2e;

/** Digit count, weight of the first digit, sign and scale, two bytes each; digits of base 10,000 follow. */
export const NUMERIC_HEADER_BYTES = 8;

const NEGATIVE = 0x4000;
const NAN = 0xc000;
const POSITIVE_INFINITY = 0xd000;
const NEGATIVE_INFINITY = 0xf000;

/** What is not in front of the point, nor behind it: quotes, sign, point, a zero, and what is written before it is cut off. */
const OVERHEAD_BYTES = 16;

/** The bytes that `writeNumeric` needs at most. Ten bytes may stand for a number of 131,072 digits. */
export function numericRoom(input: DataView, at: number): number {
  const weight = input.getInt16(at + 2);
  return OVERHEAD_BYTES + Math.max(0, weight + 1) * 4 + input.getUint16(at + 6);
}

/** Writes a `numeric` with all the digits of its scale, as a JSON string. */
export function writeNumeric(
  input: DataView,
  at: number,
  batch: Uint8Array,
  output: DataView,
  out: number,
): number {
  const count = input.getUint16(at);
  const weight = input.getInt16(at + 2);
  const sign = input.getUint16(at + 4);
  const scale = input.getUint16(at + 6);
  const digits = at + NUMERIC_HEADER_BYTES;
  batch[out++] = QUOTE;
  if (sign === NAN) return writeAscii(batch, out, 'NaN"');
  if (sign === POSITIVE_INFINITY) return writeAscii(batch, out, 'Infinity"');
  if (sign === NEGATIVE_INFINITY) return writeAscii(batch, out, '-Infinity"');
  if (sign === NEGATIVE) batch[out++] = MINUS;

  if (weight < 0) {
    batch[out++] = ZERO;
  } else {
    out = writeSmall(output, out, count > 0 ? input.getUint16(digits) : 0);
    for (let index = 1; index <= weight; index++, out += 4) {
      writeFour(output, out, index < count ? input.getUint16(digits + index * 2) : 0);
    }
  }
  if (scale > 0) {
    batch[out++] = DOT;
    const end = out + scale;
    for (let index = weight + 1; out < end; index++, out += 4) {
      writeFour(output, out, index >= 0 && index < count ? input.getUint16(digits + index * 2) : 0);
    }
    out = end;
  }
  batch[out] = QUOTE;
  return out + 1;
}
