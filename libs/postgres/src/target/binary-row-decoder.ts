import type { RowBatch } from '@satchel/domain';
import type { CatalogColumn } from '../catalog/catalog-relation.js';
import { REFUSED } from './binary-bytes.js';
import { FloatReader } from './binary-floats.js';
import { readBytea, readUuid } from './binary-hex.js';
import { IntegerReader } from './binary-integers.js';
import { BinaryKind, binaryKindOf } from '../binary/binary-kind.js';
import { NumericReader } from './binary-numeric.js';
import { readBoolean, TextReader } from './binary-text.js';
import { TimeReader } from './binary-times.js';
import { CLOSE, COMMA, LF, OPEN } from './json-scalar.js';
import { RowDecoder } from './row-decoder.js';

/** A value that is checked as JSON and left out. */
const SKIPPED = -1;

/** Bytes that a value may need beyond those it has in JSON: its length, and at most 12 of a fixed size. */
const VALUE_OVERHEAD_BYTES = 16;
const TUPLE_HEADER_BYTES = 2;

/** Room beyond what is needed, when there was too little; and what is kept from one batch to the next though one large row needed more. */
const OUTPUT_STEP_BYTES = 1 << 20;
const KEPT_OUTPUT_BYTES = 8 << 20;

const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const MAX_COLUMNS = 1600;

/** What became of a batch. */
export interface BinaryRows {
  /** Tuples of binary `COPY`; valid until the next call. */
  readonly bytes: Buffer;
  readonly rows: number;
  /**
   * The rows from the first that cannot be told in binary on, to be sent as text; null if there is none. They stand in the
   * batch's buffer, and give it back.
   */
  readonly rest: RowBatch | null;
}

/**
 * Turns archive rows (JSON arrays, one a line) into the binary form of `COPY`, in one pass over the bytes, so that the
 * server, which is the bottleneck of a restore, has no text to parse.
 *
 * A value is written only where it is exactly what the server would make of its text. At the first row with any other
 * value the decoder stops: that row and those behind it go through `RowDecoder`, and the server says what they are.
 * The input is untrusted: what `RowDecoder` refuses is refused here, with the same error.
 *
 * @see PostgreSQL's documentation of COPY, "Binary Format"; each type's receive function in src/backend/utils/adt
 */
export class BinaryRowDecoder {
  readonly #kinds: Int8Array;
  readonly #kept: number;
  readonly #times: readonly TimeReader[];
  readonly #integers = new IntegerReader();
  readonly #numerics = new NumericReader();
  readonly #floats = new FloatReader();
  readonly #texts = new TextReader();
  #output = Buffer.alloc(0);
  #view = viewOf(this.#output);
  #row = 0;

  /**
   * @param columns for each value of a row, how it is written, or null to leave it out; the length is the number of
   *                values a row must have
   * @param label   the table, for messages
   */
  constructor(
    private readonly columns: readonly ({ readonly kind: BinaryKind } | null)[],
    private readonly label: string,
  ) {
    this.#kinds = Int8Array.from(columns, column => column?.kind ?? SKIPPED);
    this.#kept = columns.filter(column => column !== null).length;
    if (this.#kept > MAX_COLUMNS) throw new RangeError('more columns than a table can have');
    this.#times = columns.map(() => new TimeReader());
  }

  /** @returns null if a column has a type that is only sent as text */
  static kindsOf(
    columns: readonly Pick<CatalogColumn, 'baseTypeOid' | 'baseTypeKind'>[],
  ): BinaryKind[] | null {
    const kinds: BinaryKind[] = [];
    for (const column of columns) {
      const kind = binaryKindOf(column);
      if (kind === null) return null;
      kinds.push(kind);
    }
    return kinds;
  }

  /** What a `COPY … (FORMAT binary)` begins with. */
  header(): Buffer {
    return Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
  }

  /** What a `COPY … (FORMAT binary)` ends with. */
  trailer(): Buffer {
    return Buffer.from([0xff, 0xff]);
  }

  /** Rows of all batches so far, those of each `rest` included: where a `RowDecoder` of the next one starts to count. */
  get rows(): number {
    return this.#row;
  }

  /**
   * @param batch whole rows
   * @throws BackupError `invalid_backup` if a row is malformed
   */
  decode(batch: RowBatch): BinaryRows {
    const input = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.length);
    const inputView = viewOf(input);
    const length = input.length;
    const kinds = this.#kinds;
    const width = kinds.length;
    const rowOverhead = TUPLE_HEADER_BYTES + this.#kept * VALUE_OVERHEAD_BYTES;
    if (this.#output.length > KEPT_OUTPUT_BYTES) this.#resize(0, 0);
    let output = this.#output;
    let view = this.#view;
    let at = 0;
    let to = 0;
    /** Of the row in hand: where it and its tuple begin, and how many came before it. */
    let rowStart = 0;
    let tupleStart = 0;
    let rows = 0;

    rows: while (at < length) {
      // No value needs more than its own bytes and the overhead, so what is left of the input bounds this row too.
      const needed = to + rowOverhead + length - at;
      if (needed > output.length) {
        this.#resize(needed + Math.min(needed, OUTPUT_STEP_BYTES), to);
        output = this.#output;
        view = this.#view;
      }
      if (input[at++] !== OPEN) break;
      view.setInt16(to, this.#kept);
      to += TUPLE_HEADER_BYTES;
      for (let column = 0; column < width; column++) {
        if (column > 0 && input[at++] !== COMMA) break rows;
        const kind = kinds[column] ?? SKIPPED;
        if (input[at] === LETTER_N) {
          if (input[at + 1] !== 0x75 || input[at + 2] !== 0x6c || input[at + 3] !== 0x6c) break rows;
          at += 4;
          if (kind !== SKIPPED) {
            view.setInt32(to, -1);
            to += 4;
          }
          continue;
        }
        switch (kind) {
          case BinaryKind.int8:
            at = this.#integers.int8(input, at, view, to);
            to += 12;
            break;
          case BinaryKind.int4:
            at = this.#integers.int4(input, at, view, to);
            to += 8;
            break;
          case BinaryKind.text: {
            at = this.#texts.text(input, at, output, to + 4);
            const end = this.#texts.to;
            view.setInt32(to, end - to - 4);
            to = end;
            break;
          }
          case BinaryKind.timestamptz:
          case BinaryKind.timestamp: {
            const withZone = kind === BinaryKind.timestamptz;
            at = this.#timeReader(column).timestamp(inputView, input, at, withZone, view, to);
            to += 12;
            break;
          }
          case BinaryKind.date:
            at = this.#timeReader(column).date(inputView, input, at, view, to);
            to += 8;
            break;
          case BinaryKind.bool:
            view.setInt32(to, 1);
            view.setUint8(to + 4, input[at] === LETTER_T ? 1 : 0);
            at = readBoolean(input, at);
            to += 5;
            break;
          case BinaryKind.numeric:
            at = this.#numerics.numeric(input, at, view, to);
            to = this.#numerics.to;
            break;
          case BinaryKind.int2:
            at = this.#integers.int2(input, at, view, to);
            to += 6;
            break;
          case BinaryKind.oid:
            at = this.#integers.oid(input, at, view, to);
            to += 8;
            break;
          case BinaryKind.time:
            at = this.#timeReader(column).time(inputView, input, at, view, to);
            to += 12;
            break;
          case BinaryKind.float8:
            at = this.#floats.float8(input, at, view, to);
            to += 12;
            break;
          case BinaryKind.float4:
            at = this.#floats.float4(input, at, view, to);
            to += 8;
            break;
          case BinaryKind.uuid:
            at = readUuid(input, at, view, to);
            to += 20;
            break;
          case BinaryKind.bytea:
            at = readBytea(input, at, view, to);
            if (at !== REFUSED) to += 4 + view.getInt32(to);
            break;
          case BinaryKind.jsonb: {
            at = this.#texts.text(input, at, output, to + 5);
            const end = this.#texts.to;
            view.setInt32(to, end - to - 4);
            view.setUint8(to + 4, JSONB_VERSION);
            to = end;
            break;
          }
          default:
            // Written like a text, which checks it, and then overwritten.
            at = this.#texts.text(input, at, output, to);
        }
        if (at === REFUSED) break rows;
      }
      if (input[at++] !== CLOSE) break;
      if (input[at++] !== LF) break;
      rowStart = at;
      tupleStart = to;
      rows++;
    }

    const bytes = output.subarray(0, tupleStart);
    if (rowStart === length) {
      this.#row += rows;
      return { bytes, rows, rest: null };
    }
    this.#checkRow(input.subarray(rowStart), this.#row + rows);
    this.#row += batch.rows;
    return { bytes, rows, rest: { ...batch, bytes: input.subarray(rowStart), rows: batch.rows - rows } };
  }

  /** Throws if the row that `bytes` begin with is malformed, rather than one that is only not for the binary form. */
  #checkRow(bytes: Buffer, rowsBefore: number): void {
    const end = bytes.indexOf(LF);
    const row = end < 0 ? bytes : bytes.subarray(0, end + 1);
    new RowDecoder(
      this.columns.map(column => column !== null),
      this.label,
      rowsBefore,
    ).decode({ bytes: row, rows: 1 });
  }

  #timeReader(column: number): TimeReader {
    const reader = this.#times[column];
    if (reader === undefined) throw new RangeError('no such column');
    return reader;
  }

  /** Gives the output another size, and keeps what has been written. */
  #resize(size: number, written: number): void {
    const output = Buffer.allocUnsafeSlow(size);
    this.#output.copy(output, 0, 0, written);
    this.#output = output;
    this.#view = viewOf(output);
  }
}

/** The one version that `jsonb`'s binary form has had. */
const JSONB_VERSION = 1;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
