import { BACKSLASH, HEX_DIGITS, QUOTE } from './json-bytes.js';

const DASH = 0x2d;
const LETTER_X = 0x78;

/** The two hexadecimal digits of each byte, the first in the high byte. */
const HEX_PAIRS = Uint16Array.from(
  { length: 256 },
  (_, byte) => ((HEX_DIGITS[byte >> 4] as number) << 8) | (HEX_DIGITS[byte & 15] as number),
);

/** Where the runs of a UUID's sixteen bytes end, between which there are dashes. */
const UUID_RUNS = [4, 6, 8, 10, 16];

/** Writes sixteen bytes as a UUID. */
export function writeUuid(source: Uint8Array, at: number, output: DataView, out: number): number {
  let index = 0;
  for (const end of UUID_RUNS) {
    output.setUint8(out++, index === 0 ? QUOTE : DASH);
    for (; index < end; index++, out += 2) {
      output.setUint16(out, HEX_PAIRS[source[at + index] as number] as number);
    }
  }
  output.setUint8(out, QUOTE);
  return out + 1;
}

/** Writes bytes as `\x` and two digits for each; in JSON the backslash is doubled. */
export function writeBytea(
  source: Uint8Array,
  start: number,
  end: number,
  output: DataView,
  out: number,
): number {
  output.setUint8(out, QUOTE);
  output.setUint8(out + 1, BACKSLASH);
  output.setUint8(out + 2, BACKSLASH);
  output.setUint8(out + 3, LETTER_X);
  out += 4;
  for (let i = start; i < end; i++, out += 2) {
    output.setUint16(out, HEX_PAIRS[source[i] as number] as number);
  }
  output.setUint8(out, QUOTE);
  return out + 1;
}

/** The bytes that `writeBytea` will write. */
export function byteaLength(bytes: number): number {
  return bytes * 2 + 5;
}
