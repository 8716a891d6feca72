/* Bytes as PostgreSQL sends them, the highest first, and as JSON wants them. Memory here has the lowest first. */

export const LINE_FEED: u8 = 0x0a;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const DASH: u8 = 0x2d;
export const DOT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const OPEN: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE: u8 = 0x5d;

/** `null` and `true`, the first character in the lowest byte. */
const NULL_WORD: u32 = 0x6c6c756e;
const TRUE_WORD: u32 = 0x65757274;
/** `fals`, before the `e`. */
const FALS_WORD: u32 = 0x736c6166;

export function readInt16(at: usize): i32 {
  return bswap<i16>(load<i16>(at));
}

export function readUint16(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

export function readInt32(at: usize): i32 {
  return bswap<i32>(load<i32>(at));
}

export function readInt64(at: usize): i64 {
  return bswap<i64>(load<i64>(at));
}

/** Like all functions here that write: returns where what it wrote ends. */
export function writeNull(out: usize): usize {
  store<u32>(out, NULL_WORD);
  return out + 4;
}

export function writeBoolean(out: usize, value: bool): usize {
  if (value) {
    store<u32>(out, TRUE_WORD);
    return out + 4;
  }
  store<u32>(out, FALS_WORD);
  store<u8>(out + 4, 0x65);
  return out + 5;
}

/** Writes a short constant text of ASCII characters; for what is rare, since it goes through them one by one. */
export function writeAscii(out: usize, text: string): usize {
  for (let index = 0; index < text.length; index++) store<u8>(out + index, text.charCodeAt(index) as u8);
  return out + text.length;
}

/** Copies what may be empty and is not long: sixteen bytes at a time, so up to fifteen more are written than are meant. */
export function copyShort(from: usize, length: usize, out: usize): usize {
  for (let done: usize = 0; done < length; done += 16) v128.store(out + done, v128.load(from + done));
  return out + length;
}
