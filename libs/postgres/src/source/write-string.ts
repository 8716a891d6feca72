import { BACKSLASH, LETTER_U, QUOTE, SPACE, writeUnicodeEscape } from './json-bytes.js';

/**
 * What stands behind the backslash for each byte of a string, 0 if the byte stands for itself. The same as `COPY`'s text
 * form has, as far as JSON allows: there is no `\v`.
 */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) => (byte < SPACE ? LETTER_U : 0));
ESCAPES[QUOTE] = QUOTE;
ESCAPES[BACKSLASH] = BACKSLASH;
for (const [character, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr']) {
  ESCAPES[(character as string).charCodeAt(0)] = (letter as string).charCodeAt(0);
}

/** Writes bytes of UTF-8 as a JSON string: at most six bytes for each, and two quotes. */
export function writeString(
  source: Uint8Array,
  start: number,
  end: number,
  batch: Uint8Array,
  out: number,
): number {
  const escapes = ESCAPES;
  batch[out++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = source[i] as number;
    const escape = escapes[byte] as number;
    if (escape === 0) {
      batch[out++] = byte;
    } else if (escape === LETTER_U) {
      out = writeUnicodeEscape(batch, out, byte);
    } else {
      batch[out] = BACKSLASH;
      batch[out + 1] = escape;
      out += 2;
    }
  }
  batch[out] = QUOTE;
  return out + 1;
}

/** The bytes that `writeString` will write. */
export function stringLength(source: Uint8Array, start: number, end: number): number {
  let length = end - start + 2;
  for (let i = start; i < end; i++) {
    const escape = ESCAPES[source[i] as number] as number;
    if (escape !== 0) length += escape === LETTER_U ? 5 : 1;
  }
  return length;
}
