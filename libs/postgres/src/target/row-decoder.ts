import { BackupError, type RowBatch } from '@satchel/domain';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  END,
  FORBIDDEN,
  IN_NUMBER,
  IN_STRING,
  isNumber,
  LF,
  OPEN,
  PLAIN,
  QUOTE,
} from './json-scalar.js';

const TAB = 0x09;

/**
 * Turns archive rows (JSON arrays, one a line) into the text form of `COPY`, in one pass over the bytes: JSON's short
 * escapes and COPY's are the same but for `"`, `/` and `\u`.
 *
 * The input is untrusted: anything but rows of JSON scalars with the right number of values is refused.
 *
 * @see docs/archive-format.md, "Values"; PostgreSQL's documentation of COPY, "Text Format"
 */
export class RowDecoder {
  #output = Buffer.allocUnsafe(1 << 18);
  #row: number;

  /**
   * @param keep       for each value of a row, whether it is passed on; the length is the number of values a row must have
   * @param label      the table, for messages
   * @param rowsBefore rows of the table that went another way, so that messages count them too
   */
  constructor(
    private readonly keep: readonly boolean[],
    private readonly label: string,
    rowsBefore = 0,
  ) {
    this.#row = rowsBefore;
  }

  /** @returns COPY text; valid until the next call */
  decode(batch: RowBatch): Buffer {
    const input = batch.bytes;
    // An input byte becomes at most one output byte, but for `null` (`\N`, shorter) and `\u` (shorter); so this suffices.
    if (this.#output.length < input.length) this.#output = Buffer.allocUnsafe(input.length);
    const output = this.#output;
    const width = this.keep.length;
    const length = input.length;
    let at = 0;
    let to = 0;

    while (at < length) {
      this.#row++;
      if (input[at++] !== OPEN) throw this.#invalid('does not begin with "["');
      let written = false;
      for (let column = 0; column < width; column++) {
        if (column > 0 && input[at++] !== COMMA) throw this.#invalid(`has fewer than ${width} values`);
        const keep = this.keep[column] === true;
        if (keep && written) output[to++] = TAB;
        written ||= keep;
        const start = to;
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
            if (meaning === FORBIDDEN) throw this.#invalid(`has a bare control byte in value ${column + 1}`);
            const escaped = input[at++] ?? 0;
            switch (escaped) {
              case 0x62: // \b \f \n \r \t: COPY's own escapes
              case 0x66:
              case 0x6e:
              case 0x72:
              case 0x74:
              case BACKSLASH:
                output[to++] = BACKSLASH;
                output[to++] = escaped;
                break;
              case QUOTE:
              case 0x2f:
                output[to++] = escaped;
                break;
              case 0x75: {
                let code = this.#hex(input, at, column);
                at += 4;
                if (code >= 0xd800 && code < 0xdc00 && input[at] === BACKSLASH && input[at + 1] === 0x75) {
                  const low = this.#hex(input, at + 2, column);
                  if (low >= 0xdc00 && low < 0xe000) {
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    at += 6;
                  }
                }
                to = this.#character(output, to, code, column);
                break;
              }
              default:
                throw this.#invalid(`has an unknown escape in value ${column + 1}`);
            }
          }
        } else if (IN_NUMBER[byte] === 1) {
          do {
            output[to++] = byte;
            byte = input[++at] ?? 0;
          } while (IN_NUMBER[byte] === 1);
          if (!isNumber(output, start, to)) {
            throw this.#invalid(`has a malformed number in value ${column + 1}`);
          }
        } else if (
          byte === 0x6e &&
          input[at + 1] === 0x75 &&
          input[at + 2] === 0x6c &&
          input[at + 3] === 0x6c
        ) {
          output[to++] = BACKSLASH;
          output[to++] = 0x4e;
          at += 4;
        } else if (
          byte === 0x74 &&
          input[at + 1] === 0x72 &&
          input[at + 2] === 0x75 &&
          input[at + 3] === 0x65
        ) {
          output[to++] = 0x74;
          at += 4;
        } else if (
          byte === 0x66 &&
          input[at + 1] === 0x61 &&
          input[at + 2] === 0x6c &&
          input[at + 3] === 0x73 &&
          input[at + 4] === 0x65
        ) {
          output[to++] = 0x66;
          at += 5;
        } else {
          throw this.#invalid(`has something that is not a JSON scalar as value ${column + 1} of ${width}`);
        }
        if (!keep) to = start;
      }
      if (input[at++] !== CLOSE) throw this.#invalid(`has more than ${width} values, or is not compact JSON`);
      if (input[at++] !== LF) throw this.#invalid('has bytes behind its closing bracket');
      output[to++] = LF;
    }
    return output.subarray(0, to);
  }

  #hex(input: Uint8Array, at: number, column: number): number {
    let code = 0;
    for (let index = at; index < at + 4; index++) {
      const digit = Number.parseInt(String.fromCharCode(input[index] ?? 0), 16);
      if (Number.isNaN(digit)) throw this.#invalid(`has a broken \\u escape in value ${column + 1}`);
      code = code * 16 + digit;
    }
    return code;
  }

  /** Writes one character as COPY text; `\u00XX` takes six input bytes, so there is always room. */
  #character(output: Buffer, to: number, code: number, column: number): number {
    if (code === 0)
      throw this.#invalid(`has a NUL character in value ${column + 1}, which PostgreSQL cannot store`);
    if (code >= 0xd800 && code < 0xe000)
      throw this.#invalid(`has half a surrogate pair in value ${column + 1}`);
    const escape = COPY_ESCAPES.get(code);
    if (escape !== undefined) {
      output[to] = BACKSLASH;
      output[to + 1] = escape;
      return to + 2;
    }
    return to + output.write(String.fromCodePoint(code), to, 'utf8');
  }

  #invalid(what: string): BackupError {
    return new BackupError('invalid_backup', `Row ${this.#row} of ${this.label} ${what}.`, {
      table: this.label,
      row: this.#row,
      ownLayout: false,
    });
  }
}

const COPY_ESCAPES = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0b, 0x76],
  [0x0c, 0x66],
  [0x0d, 0x72],
  [BACKSLASH, BACKSLASH],
]);
