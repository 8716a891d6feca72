import { DASH, DOT, QUOTE, readInt16, readUint16, writeAscii, ZERO } from './bytes';
import { writeFour, writeSmall } from './write-integers';

/** Digit count, weight of the first digit, sign and scale, two bytes each; digits of base 10,000 follow. */
const HEADER_BYTES = 8;

const NEGATIVE: u32 = 0x4000;
const NAN: u32 = 0xc000;
const POSITIVE_INFINITY: u32 = 0xd000;
const NEGATIVE_INFINITY: u32 = 0xf000;

/** What is neither in front of the point nor behind it: quotes, sign, point, a zero, and what is written before it is cut off. */
const OVERHEAD_BYTES = 16;

/** Whether so many bytes can be a `numeric`. */
export function isNumeric(at: usize, length: i32): bool {
  return length >= HEADER_BYTES && length == HEADER_BYTES + (readUint16(at) as i32) * 2;
}

/** The bytes that `writeNumeric` needs at most, 200 KB and less. Ten bytes may stand for a number of 131,072 digits. */
export function numericRoom(at: usize): usize {
  const weight = readInt16(at + 2);
  return OVERHEAD_BYTES + max(0, weight + 1) * 4 + readUint16(at + 6);
}

/** Writes a `numeric` with all the digits of its scale, as a JSON string. */
export function writeNumeric(at: usize, out: usize): usize {
  const count = readUint16(at) as i32;
  const weight = readInt16(at + 2);
  const sign = readUint16(at + 4);
  const scale = readUint16(at + 6);
  const digits = at + HEADER_BYTES;
  store<u8>(out++, QUOTE);
  if (sign == NAN) return writeAscii(out, 'NaN"');
  if (sign == POSITIVE_INFINITY) return writeAscii(out, 'Infinity"');
  if (sign == NEGATIVE_INFINITY) return writeAscii(out, '-Infinity"');
  if (sign == NEGATIVE) store<u8>(out++, DASH);

  if (weight < 0) {
    store<u8>(out++, ZERO);
  } else {
    out = writeSmall(out, digitAt(digits, count, 0));
    for (let index = 1; index <= weight; index++, out += 4) writeFour(out, digitAt(digits, count, index));
  }
  if (scale > 0) {
    store<u8>(out++, DOT);
    const end = out + scale;
    for (let index = weight + 1; out < end; index++, out += 4) writeFour(out, digitAt(digits, count, index));
    out = end;
  }
  store<u8>(out, QUOTE);
  return out + 1;
}

/** The digit of base 10,000 at a place of the number; 0 where none is stored. */
function digitAt(digits: usize, count: i32, index: i32): u32 {
  return index >= 0 && index < count ? readUint16(digits + index * 2) : 0;
}
