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
  input: DataView,
  start: number,
  end: number,
  batch: Uint8Array,
  output: DataView,
  out: number,
): number {
  const escapes = ESCAPES;
  const lastWord = end - 4;
  batch[out++] = QUOTE;
  for (let i = start; i < end;) {
    while (i <= lastWord) {
      const word = input.getInt32(i);
      if (needsEscape(word)) break;
      output.setInt32(out, word);
      i += 4;
      out += 4;
    }
    // At the end, or somewhere in this word, there is an escape.
    for (const stop = Math.min(end, i + 4); i < stop; i++) {
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
  }
  batch[out] = QUOTE;
  return out + 1;
}

/**
 * Whether one of four bytes is a quote, a backslash or below 0x20. Each is looked for at once in all four: a byte less its
 * bound borrows into its highest bit, which a byte of UTF-8 beyond ASCII has set before.
 */
function needsEscape(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const found =
    ((word - 0x20202020) & ~word) |
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes);
  return (found & 0x80808080) !== 0;
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
