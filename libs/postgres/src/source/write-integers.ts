import { MINUS, QUOTE, writeAscii, ZERO } from './json-bytes.js';

/** The two digits of each number below 100, the first in the high byte. */
export const DIGIT_PAIRS = Uint16Array.from(
  { length: 100 },
  (_, value) => ((ZERO + Math.floor(value / 10)) << 8) | (ZERO + (value % 10)),
);

const TWO_TO_31 = 0x8000_0000;
const TWO_TO_32 = 0x1_0000_0000;
const EIGHT_DIGITS = 100_000_000;

/** From here on a bigint has more digits than every double holds exactly, and is a string; see `docs/archive-format.md`. */
const FIRST_STRING = 1e15;

/** Writes a number from 0 to 2^31 - 1. */
export function writeSmall(output: DataView, out: number, value: number): number {
  const end = out + digitsOf(value);
  let at = end;
  let rest = value | 0;
  while (rest >= 100) {
    const hundreds = (rest / 100) | 0;
    at -= 2;
    output.setUint16(at, DIGIT_PAIRS[rest - hundreds * 100] as number);
    rest = hundreds;
  }
  if (rest >= 10) output.setUint16(at - 2, DIGIT_PAIRS[rest] as number);
  else output.setUint8(at - 1, ZERO + rest);
  return end;
}

/** Writes a whole number of at most 15 digits. */
export function writeInteger(output: DataView, out: number, value: number): number {
  if (value < 0) {
    output.setUint8(out++, MINUS);
    value = -value;
  }
  if (value < TWO_TO_31) return writeSmall(output, out, value);
  const high = Math.floor(value / EIGHT_DIGITS);
  const low = value - high * EIGHT_DIGITS;
  const middle = writeSmall(output, out, high);
  const left = (low / 10_000) | 0;
  writeFour(output, middle, left);
  writeFour(output, middle + 4, low - left * 10_000);
  return middle + 8;
}

/** Writes a bigint that stands in eight bytes of `input`. */
export function writeBigint(
  input: DataView,
  at: number,
  batch: Uint8Array,
  output: DataView,
  out: number,
): number {
  const high = input.getInt32(at);
  const low = input.getUint32(at + 4);
  if (high === 0 && low < TWO_TO_31) return writeSmall(output, out, low);
  // Not exact beyond 2^53, but then far from the bound.
  const value = high * TWO_TO_32 + low;
  if (value < FIRST_STRING && value > -FIRST_STRING) return writeInteger(output, out, value);
  batch[out] = QUOTE;
  const end = writeAscii(batch, out + 1, String(input.getBigInt64(at)));
  batch[end] = QUOTE;
  return end + 1;
}

/** Writes four digits, zeros in front included. */
export function writeFour(output: DataView, out: number, value: number): void {
  const left = (value / 100) | 0;
  output.setUint16(out, DIGIT_PAIRS[left] as number);
  output.setUint16(out + 2, DIGIT_PAIRS[value - left * 100] as number);
}

function digitsOf(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1000) return 3;
    return value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < EIGHT_DIGITS) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}
