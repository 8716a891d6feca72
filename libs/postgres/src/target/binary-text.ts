import { HEX_DIGIT, NO_DIGIT, REFUSED } from './binary-bytes.js';
import { BACKSLASH, END, ESCAPE, IN_NUMBER, IN_STRING, isNumber, PLAIN, QUOTE } from './json-scalar.js';

const LETTER_F = 0x66;
const LETTER_T = 0x74;
const LETTER_U = 0x75;

/** What each of JSON's short escapes stands for; 0 for a byte that is none. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const [escape, character] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map(pair => [
  ...pair,
])) {
  SHORT_ESCAPES[escape?.charCodeAt(0) ?? 0] = character?.charCodeAt(0) ?? 0;
}

/**
 * Reads any JSON scalar but `null` and writes its text in UTF-8, without a length: the content of a string, the digits
 * of a number, `t` or `f` for a boolean. What is not well-formed, or holds a NUL or half a surrogate pair, is refused.
 */
export class TextReader {
  /** Position behind the text written last. */
  to = 0;

  /**
   * Needs room for as many bytes as the value has in JSON.
   *
   * @returns the position behind the value, or `REFUSED`
   */
  text(input: Buffer, at: number, output: Uint8Array, to: number): number {
    let byte = input[at] ?? 0;
    if (byte === QUOTE) {
      at++;
      for (;;) {
        byte = input[at++] ?? 0;
        const meaning = IN_STRING[byte];
        if (meaning === PLAIN) {
          output[to++] = byte;
          continue;
        }
        if (meaning === END) break;
        if (meaning !== ESCAPE) return REFUSED;
        byte = input[at++] ?? 0;
        if (byte === LETTER_U) {
          at = this.#unicodeEscape(input, at, output, to);
          if (at === REFUSED) return REFUSED;
          to = this.to;
        } else {
          const character = SHORT_ESCAPES[byte] ?? 0;
          if (character === 0) return REFUSED;
          output[to++] = character;
        }
      }
      this.to = to;
      return at;
    }
    if (IN_NUMBER[byte] === 1) {
      const start = at;
      do {
        output[to++] = byte;
        byte = input[++at] ?? 0;
      } while (IN_NUMBER[byte] === 1);
      this.to = to;
      return isNumber(input, start, at) ? at : REFUSED;
    }
    const end = readBoolean(input, at);
    if (end === REFUSED) return REFUSED;
    output[to] = byte;
    this.to = to + 1;
    return end;
  }

  #unicodeEscape(input: Uint8Array, at: number, output: Uint8Array, to: number): number {
    let code = readUnit(input, at);
    at += 4;
    if (code >= 0xd800 && code < 0xdc00) {
      if (input[at] !== BACKSLASH || input[at + 1] !== LETTER_U) return REFUSED;
      const low = readUnit(input, at + 2);
      if (low < 0xdc00 || low >= 0xe000) return REFUSED;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    } else if (code <= 0 || (code >= 0xdc00 && code < 0xe000)) {
      return REFUSED;
    }
    if (code < 0x80) {
      output[to++] = code;
    } else if (code < 0x800) {
      output[to++] = 0xc0 | (code >> 6);
      output[to++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      output[to++] = 0xe0 | (code >> 12);
      output[to++] = 0x80 | ((code >> 6) & 0x3f);
      output[to++] = 0x80 | (code & 0x3f);
    } else {
      output[to++] = 0xf0 | (code >> 18);
      output[to++] = 0x80 | ((code >> 12) & 0x3f);
      output[to++] = 0x80 | ((code >> 6) & 0x3f);
      output[to++] = 0x80 | (code & 0x3f);
    }
    this.to = to;
    return at;
  }
}

/** @returns the position behind `true` or `false`, or `REFUSED` */
export function readBoolean(input: Uint8Array, at: number): number {
  if (input[at] === LETTER_T) {
    return input[at + 1] === 0x72 && input[at + 2] === 0x75 && input[at + 3] === 0x65 ? at + 4 : REFUSED;
  }
  return input[at] === LETTER_F &&
    input[at + 1] === 0x61 &&
    input[at + 2] === 0x6c &&
    input[at + 3] === 0x73 &&
    input[at + 4] === 0x65
    ? at + 5
    : REFUSED;
}

/** @returns the value of four hexadecimal digits, or `REFUSED` */
function readUnit(input: Uint8Array, at: number): number {
  const d1 = HEX_DIGIT[input[at] ?? 0] ?? NO_DIGIT;
  const d2 = HEX_DIGIT[input[at + 1] ?? 0] ?? NO_DIGIT;
  const d3 = HEX_DIGIT[input[at + 2] ?? 0] ?? NO_DIGIT;
  const d4 = HEX_DIGIT[input[at + 3] ?? 0] ?? NO_DIGIT;
  return (d1 | d2 | d3 | d4) >= NO_DIGIT ? REFUSED : (d1 << 12) | (d2 << 8) | (d3 << 4) | d4;
}
