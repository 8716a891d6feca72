import { BackupError, type RowBatch } from '@satchel/domain';
import { ColumnClass } from './column-class.js';

/** Bytes of rows in one batch, unless a single row is larger. */
export const BATCH_BYTES = 256 * 1024;

/** A row up to this size is given the room of the worst case; a larger one is measured first. */
const SMALL_ROW_BYTES = 4 * 1024;

/** `CopyData`, `d`, and its four bytes of length come before each row. */
const COPY_DATA = 0x64;
const HEADER_BYTES = 5;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const BACKSLASH = 0x5c;

/** What a byte of COPY text is inside a string: itself, or one of the three that need a second look. */
const PLAIN = 0;
const QUOTED = 1;
const ESCAPED = 2;
const CONTROL = 3;
const BYTE_KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE ? QUOTED : byte === BACKSLASH ? ESCAPED : byte < SPACE ? CONTROL : PLAIN,
);

const HEX_DIGITS = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0));

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
export class RowEncoder {
  readonly #classes: Uint8Array;
  #batch = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #length = 0;
  #batchRows = 0;
  #rows = 0;
  #full: RowBatch[] = [];

  constructor(classes: readonly ColumnClass[]) {
    this.#classes = Uint8Array.from(classes);
  }

  /** Rows encoded so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Encodes the `CopyData` messages that stand whole in a run of messages.
   *
   * @returns where it stopped: at `end`, at a message of another kind, or at one that is not whole
   * @throws BackupError `unavailable` if a row does not have the columns that it should
   */
  encode(source: Uint8Array, start: number, end: number): number {
    const classes = this.#classes;
    const columns = classes.length;
    const kinds = BYTE_KINDS;
    let batch = this.#batch;
    let capacity = batch.length;
    let out = this.#length;
    let rows = 0;
    let at = start;

    // Indexes below stay inside the message, whose length has been checked, so a byte is never undefined.
    while (at + HEADER_BYTES <= end && source[at] === COPY_DATA) {
      const size =
        ((source[at + 1] as number) << 24) |
        ((source[at + 2] as number) << 16) |
        ((source[at + 3] as number) << 8) |
        (source[at + 4] as number);
      const rowEnd = at + 1 + size;
      if (size < HEADER_BYTES) throw wrongColumns(columns);
      if (rowEnd > end) break;

      let room = size * 6 + columns * COLUMN_OVERHEAD_BYTES;
      if (out + room > capacity) {
        if (size > SMALL_ROW_BYTES) room = encodedBound(source, at + HEADER_BYTES, rowEnd, columns);
        if (out + room > capacity) {
          this.#length = out;
          this.#batchRows += rows;
          this.#rows += rows;
          rows = 0;
          this.#startBatch(room);
          batch = this.#batch;
          capacity = batch.length;
          out = 0;
        }
      }

      let i = at + HEADER_BYTES;
      batch[out++] = 0x5b;
      for (let column = 0; column < columns; column++) {
        if (column !== 0) batch[out++] = COMMA;
        let byte = source[i] as number;
        if (byte === BACKSLASH && source[i + 1] === 0x4e) {
          batch[out] = 0x6e;
          batch[out + 1] = 0x75;
          batch[out + 2] = 0x6c;
          batch[out + 3] = 0x6c;
          out += 4;
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
              batch[out++] = BACKSLASH;
              if (kind === QUOTED) {
                batch[out++] = QUOTE;
                continue;
              }
              if (kind === ESCAPED) {
                byte = source[++i] as number;
                if (byte !== 0x76) {
                  batch[out++] = byte;
                  continue;
                }
                byte = 0x0b;
              }
              batch[out] = 0x75;
              batch[out + 1] = ZERO;
              batch[out + 2] = ZERO;
              batch[out + 3] = HEX_DIGITS[byte >> 4] as number;
              batch[out + 4] = HEX_DIGITS[byte & 15] as number;
              out += 5;
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
      batch[out] = 0x5d;
      batch[out + 1] = LINE_FEED;
      out += 2;
      rows++;
      at = rowEnd;
    }
    this.#length = out;
    this.#batchRows += rows;
    this.#rows += rows;
    return at;
  }

  /** The batches that have been filled since the last call. */
  takeFull(): readonly RowBatch[] {
    if (this.#full.length === 0) return [];
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** All that is left; afterwards the encoder is empty. */
  takeAll(): readonly RowBatch[] {
    if (this.#batchRows > 0) this.#startBatch(0);
    return this.takeFull();
  }

  /** The receiver keeps a batch's buffer, so each batch has a new one. */
  #startBatch(room: number): void {
    if (this.#batchRows > 0) {
      this.#full.push({ bytes: this.#batch.subarray(0, this.#length), rows: this.#batchRows });
    }
    this.#batch = Buffer.allocUnsafeSlow(Math.max(BATCH_BYTES, room));
    this.#length = 0;
    this.#batchRows = 0;
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

function writeTrue(batch: Uint8Array, out: number): number {
  batch[out] = 0x74;
  batch[out + 1] = 0x72;
  batch[out + 2] = 0x75;
  batch[out + 3] = 0x65;
  return out + 4;
}

function writeFalse(batch: Uint8Array, out: number): number {
  batch[out] = 0x66;
  batch[out + 1] = 0x61;
  batch[out + 2] = 0x6c;
  batch[out + 3] = 0x73;
  batch[out + 4] = 0x65;
  return out + 5;
}

function wrongColumns(columns: number): BackupError {
  return new BackupError(
    'unavailable',
    `The server sent a row that does not have the ${columns} columns asked for; the connection cannot be trusted. Try again.`,
    { columns },
  );
}
