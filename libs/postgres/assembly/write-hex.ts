import { BACKSLASH, DASH, QUOTE } from './bytes';
import { hexDigit } from './write-string';

const LETTER_X: u8 = 0x78;

/** Writes bytes as two digits each; they may be cut anywhere. */
export function writeHex(at: usize, end: usize, out: usize): usize {
  for (; at < end; at++, out += 2) {
    const byte = load<u8>(at);
    store<u8>(out, hexDigit(byte >> 4));
    store<u8>(out + 1, hexDigit(byte & 15));
  }
  return out;
}

/** Writes what comes before the digits of a `bytea` in its string; in JSON the backslash is doubled. */
export function writeHexPrefix(out: usize): usize {
  store<u8>(out, BACKSLASH);
  store<u8>(out + 1, BACKSLASH);
  store<u8>(out + 2, LETTER_X);
  return out + 3;
}

/** Writes sixteen bytes as a UUID, as a JSON string. */
export function writeUuid(at: usize, out: usize): usize {
  store<u8>(out, QUOTE);
  out = writeHex(at, at + 4, out + 1);
  for (let from: usize = 4; from < 10; from += 2) {
    store<u8>(out, DASH);
    out = writeHex(at + from, at + from + 2, out + 1);
  }
  store<u8>(out, DASH);
  out = writeHex(at + 10, at + 16, out + 1);
  store<u8>(out, QUOTE);
  return out + 1;
}
