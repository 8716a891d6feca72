import { DASH, QUOTE, ZERO } from './bytes';

/** From here on a bigint has more digits than every double holds exactly, and is a string; see `docs/archive-format.md`. */
const FIRST_STRING: u64 = 1_000_000_000_000_000;

const EIGHT_DIGITS: u64 = 100_000_000;

/** The two digits of each number below 100. */
const DIGIT_PAIRS: usize = makeDigitPairs();

function makeDigitPairs(): usize {
  const pairs = memory.data(200);
  for (let value = 0; value < 100; value++) {
    store<u8>(pairs + value * 2, ZERO + ((value / 10) as u8));
    store<u8>(pairs + value * 2 + 1, ZERO + ((value % 10) as u8));
  }
  return pairs;
}

/** Writes the two digits of a number below 100. */
export function writePair(out: usize, value: u32): void {
  store<u16>(out, load<u16>(DIGIT_PAIRS + value * 2));
}

/** Writes the four digits of a number below 10,000, zeros in front included. */
export function writeFour(out: usize, value: u32): void {
  const left = value / 100;
  writePair(out, left);
  writePair(out + 2, value - left * 100);
}

/** Writes a number without zeros in front. */
export function writeSmall(out: usize, value: u32): usize {
  const end = out + digitsOf(value);
  let at = end;
  while (value >= 100) {
    const hundreds = value / 100;
    at -= 2;
    writePair(at, value - hundreds * 100);
    value = hundreds;
  }
  if (value >= 10) writePair(at - 2, value);
  else store<u8>(at - 1, ZERO + (value as u8));
  return end;
}

export function writeInteger(out: usize, value: i32): usize {
  if (value >= 0) return writeSmall(out, value);
  store<u8>(out, DASH);
  // The smallest number's magnitude is the same bits, read as unsigned.
  return writeSmall(out + 1, -value as u32);
}

/** Writes a bigint: a number of up to 15 digits, else a string. */
export function writeBigint(out: usize, value: i64): usize {
  if (value >= 0 && value <= i32.MAX_VALUE) return writeSmall(out, value as u32);
  const magnitude = (value < 0 ? -value : value) as u64;
  const isString = magnitude >= FIRST_STRING;
  if (isString) store<u8>(out++, QUOTE);
  if (value < 0) store<u8>(out++, DASH);
  out = writeUnsigned(out, magnitude);
  if (isString) store<u8>(out++, QUOTE);
  return out;
}

function writeUnsigned(out: usize, value: u64): usize {
  if (value <= u32.MAX_VALUE) return writeSmall(out, value as u32);
  const high = value / EIGHT_DIGITS;
  const low = (value - high * EIGHT_DIGITS) as u32;
  out = writeUnsigned(out, high);
  const left = low / 10_000;
  writeFour(out, left);
  writeFour(out + 4, low - left * 10_000);
  return out + 8;
}

function digitsOf(value: u32): usize {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1000) return 3;
    return value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}
