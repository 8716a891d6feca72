import type { RowBatch } from '@satchel/domain';
import { BatchBuffer } from './batch-buffer.js';
import { BatchPool } from './batch-pool.js';
import { ColumnClass } from './column-class.js';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  LINE_FEED,
  MINUS,
  OPEN,
  QUOTE,
  SPACE,
  writeFalse,
  writeNull,
  writeTrue,
  writeUnicodeEscape,
  ZERO,
} from './json-bytes.js';
import { COPY_DATA, MESSAGE_HEADER_BYTES, wrongColumns, type RowsEncoder } from './rows-encoder.js';

/** A row up to this size is given the room of the worst case; a larger one is measured first. */
const SMALL_ROW_BYTES = 4 * 1024;

const TAB = 0x09;
/** What JSON has no letter for. */
const VERTICAL_TAB = 0x0b;
const VERTICAL_TAB_LETTER = 0x76;

/** What a byte of COPY text is inside a string: itself, or one of the three that need a second look. */
const PLAIN = 0;
const QUOTED = 1;
const ESCAPED = 2;
const CONTROL = 3;
const BYTE_KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE ? QUOTED : byte === BACKSLASH ? ESCAPED : byte < SPACE ? CONTROL : PLAIN,
);

/** Decimal digits that every double holds exactly; a longer bigint is a string. */
const MAX_EXACT_DIGITS = 15;

/** The most that a column adds beside six bytes for each of its own: two quotes, a comma, and `false` for `f`. */
const COLUMN_OVERHEAD_BYTES = 8;

/**
 * Turns rows of `COPY … TO STDOUT` in text format, as they stand in the server's messages, into lines of the archive,
 * in one pass over the bytes and with no JavaScript value per field.
 *
 * COPY and JSON escape alike but for `\v`, the quote, and the control bytes that COPY leaves as they are.
 */
export class RowEncoder implements RowsEncoder {
  readonly #classes: Uint8Array;
  readonly #buffer: BatchBuffer;
  #rows = 0;

  /** @param pool where batches come from; the encoder's own where it is not given */
  constructor(classes: readonly ColumnClass[], pool = new BatchPool()) {
    this.#buffer = new BatchBuffer(pool);
    this.#classes = Uint8Array.from(classes);
  }

  get rows(): number {
    return this.#rows;
  }

  encode(source: Uint8Array, start: number, end: number): number {
    const columns = this.#classes.length;
    const buffer = this.#buffer;
    let out = buffer.length;
    let rows = 0;
    let at = start;

    // Indexes stay inside the message, whose length has been checked, so a byte is never undefined.
    while (at + MESSAGE_HEADER_BYTES <= end && source[at] === COPY_DATA) {
      const size =
        ((source[at + 1] as number) << 24) |
        ((source[at + 2] as number) << 16) |
        ((source[at + 3] as number) << 8) |
        (source[at + 4] as number);
      const rowEnd = at + 1 + size;
      if (size < MESSAGE_HEADER_BYTES) throw wrongColumns(columns);
      if (rowEnd > end) break;

      let room = size * 6 + columns * COLUMN_OVERHEAD_BYTES;
      if (out + room > buffer.bytes.length) {
        if (size > SMALL_ROW_BYTES) room = encodedBound(source, at + MESSAGE_HEADER_BYTES, rowEnd, columns);
        if (out + room > buffer.bytes.length) {
          buffer.length = out;
          buffer.rows += rows;
          this.#rows += rows;
          rows = 0;
          buffer.startBatch(room);
          out = 0;
        }
      }
      out = this.#writeRow(source, at + MESSAGE_HEADER_BYTES, rowEnd, buffer.bytes, out);
      rows++;
      at = rowEnd;
    }
    buffer.length = out;
    buffer.rows += rows;
    this.#rows += rows;
    return at;
  }

  takeFull(): readonly RowBatch[] {
    return this.#buffer.takeFull();
  }

  takeAll(): readonly RowBatch[] {
    return this.#buffer.takeAll();
  }

  /**
   * Writes one row. A function of its own for V8's sake: see `BinaryRowEncoder`.
   *
   * @param i where the first field stands in the message, which ends at `rowEnd`
   * @returns where the row ends in the batch
   */
  #writeRow(source: Uint8Array, i: number, rowEnd: number, batch: Uint8Array, out: number): number {
    const classes = this.#classes;
    const columns = classes.length;
    const kinds = BYTE_KINDS;

    batch[out++] = OPEN;
    for (let column = 0; column < columns; column++) {
      if (column !== 0) batch[out++] = COMMA;
      let byte = source[i] as number;
      if (byte === BACKSLASH && source[i + 1] === 0x4e) {
        out = writeNull(batch, out);
        i += 3;
        continue;
      }
      switch (classes[column]) {
        case ColumnClass.number:
          while (byte > SPACE) {
            batch[out++] = byte;
            byte = source[++i] as number;
          }
          i++;
          break;
        case ColumnClass.plain:
          batch[out++] = QUOTE;
          while (byte >= SPACE) {
            batch[out++] = byte;
            byte = source[++i] as number;
          }
          i++;
          batch[out++] = QUOTE;
          break;
        case ColumnClass.text:
          batch[out++] = QUOTE;
          for (; i < rowEnd; i++) {
            byte = source[i] as number;
            const kind = kinds[byte] as number;
            if (kind === PLAIN) {
              batch[out++] = byte;
              continue;
            }
            if (byte === TAB || byte === LINE_FEED) break;
            if (kind === ESCAPED) byte = source[++i] as number;
            if (kind === CONTROL || (kind === ESCAPED && byte === VERTICAL_TAB_LETTER)) {
              out = writeUnicodeEscape(batch, out, kind === CONTROL ? byte : VERTICAL_TAB);
            } else {
              batch[out] = BACKSLASH;
              batch[out + 1] = byte;
              out += 2;
            }
          }
          i++;
          batch[out++] = QUOTE;
          break;
        case ColumnClass.boolean:
          out = byte === 0x74 ? writeTrue(batch, out) : writeFalse(batch, out);
          i += 2;
          break;
        default: {
          const fieldStart = i;
          const firstOut = out;
          while (byte > SPACE) {
            batch[out++] = byte;
            byte = source[++i] as number;
          }
          const isNumber =
            classes[column] === ColumnClass.bigint
              ? i - fieldStart - (source[fieldStart] === MINUS ? 1 : 0) <= MAX_EXACT_DIGITS
              : isJsonFloat(source, fieldStart, i);
          if (!isNumber) {
            batch.copyWithin(firstOut + 1, firstOut, out);
            batch[firstOut] = QUOTE;
            batch[out + 1] = QUOTE;
            out += 2;
          }
          i++;
        }
      }
    }
    if (columns === 0) i++;
    if (i !== rowEnd) throw wrongColumns(columns);
    batch[out] = CLOSE;
    batch[out + 1] = LINE_FEED;
    return out + 2;
  }
}

/** PostgreSQL's text of a float is a JSON number but for `NaN`, `Infinity`, `-Infinity` and `-0`, whose sign a reader may lose. */
function isJsonFloat(source: Uint8Array, start: number, end: number): boolean {
  const first = source[start] === MINUS ? start + 1 : start;
  if (source[first] === 0x4e || source[first] === 0x49) return false;
  return !(first > start && end - first === 1 && source[first] === ZERO);
}

/** The room that a row needs at most: each byte its own, and five more where it may become `\u00xx`. */
function encodedBound(source: Uint8Array, start: number, end: number, columns: number): number {
  let special = 0;
  for (let i = start; i < end; i++) {
    if (BYTE_KINDS[source[i] as number] !== PLAIN) special++;
  }
  return end - start + special * 5 + columns * COLUMN_OVERHEAD_BYTES + 8;
}
