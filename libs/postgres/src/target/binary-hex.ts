import { HEX_DIGIT, NO_DIGIT, REFUSED } from './binary-bytes.js';
import { BACKSLASH, QUOTE } from './json-scalar.js';

const DASH = 0x2d;
const LETTER_X = 0x78;

const UUID_BYTES = 16;
/** With its quotes. */
const UUID_TEXT_BYTES = 38;

/** The value of two hexadecimal digits; `NO_DIGIT` is above what two digits can be in each half, so refusals show. */
function hexByte(input: Uint8Array, at: number): number {
  const high = HEX_DIGIT[input[at] ?? 0] ?? NO_DIGIT;
  const low = HEX_DIGIT[input[at + 1] ?? 0] ?? NO_DIGIT;
  return (high | low) >= NO_DIGIT ? REFUSED : (high << 4) | low;
}

/**
 * Reads a UUID of 32 digits and four dashes, and writes it as a binary value of 16 bytes.
 *
 * @returns the position behind the value, or `REFUSED`
 */
export function readUuid(input: Uint8Array, at: number, output: DataView, to: number): number {
  if (input[at] !== QUOTE || input[at + UUID_TEXT_BYTES - 1] !== QUOTE) return REFUSED;
  output.setInt32(to, UUID_BYTES);
  let from = at + 1;
  for (let index = 0; index < UUID_BYTES; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) {
      if (input[from++] !== DASH) return REFUSED;
    }
    const byte = hexByte(input, from);
    if (byte === REFUSED) return REFUSED;
    output.setUint8(to + 4 + index, byte);
    from += 2;
  }
  return at + UUID_TEXT_BYTES;
}

/**
 * Reads a `bytea` in hex form, `"\\x…"` with its backslash escaped, and writes it as a binary value: half as many bytes
 * as the position moves, as quotes, backslashes and `x` make up for the length word and one byte.
 *
 * @returns the position behind the value, or `REFUSED`
 */
export function readBytea(input: Uint8Array, at: number, output: DataView, to: number): number {
  const isHex =
    input[at] === QUOTE &&
    input[at + 1] === BACKSLASH &&
    input[at + 2] === BACKSLASH &&
    input[at + 3] === LETTER_X;
  if (!isHex) return REFUSED;
  let from = at + 4;
  let write = to + 4;
  while (input[from] !== QUOTE) {
    const byte = hexByte(input, from);
    if (byte === REFUSED) return REFUSED;
    output.setUint8(write++, byte);
    from += 2;
  }
  output.setInt32(to, write - to - 4);
  return from + 1;
}
