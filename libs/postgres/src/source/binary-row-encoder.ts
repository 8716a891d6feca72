import { BackupError, type RowBatch } from '@satchel/domain';
import { BinaryKind } from '../binary/binary-kind.js';
import { BatchBuffer } from './batch-buffer.js';
import { BatchPool } from './batch-pool.js';
import { CLOSE, COMMA, LINE_FEED, OPEN, writeFalse, writeNull, writeTrue } from './json-bytes.js';
import { COPY_DATA, MESSAGE_HEADER_BYTES, wrongColumns, type RowsEncoder } from './rows-encoder.js';
import { byteaLength, writeBytea, writeUuid } from './write-hex.js';
import { writeBigint, writeInteger, writeSmall } from './write-integers.js';
import { NUMERIC_HEADER_BYTES, numericRoom, writeNumeric } from './write-numeric.js';
import { stringLength, writeString } from './write-string.js';
import { TimeWriter } from './write-times.js';

/** A row up to this size is given the room of the worst case; a larger one is measured first. */
const SMALL_ROW_BYTES = 4 * 1024;

/** Of a field's own bytes and the four of its length, each becomes at most so many, but for a `numeric`'s. */
const MAX_GROWTH = 6;

/** A row's brackets and line feed, and what is written further than it lasts. */
const ROW_OVERHEAD_BYTES = 16;

/** What comes before the first row: a signature, four bytes of flags, and the length of an extension that is skipped. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const FIXED_HEADER_BYTES = SIGNATURE.length + 8;

/** Stands where a row's number of columns would, after the last row. */
const TRAILER = -1;

const FIELD_COUNT_BYTES = 2;
const JSONB_VERSION = 1;

/** Bytes of a value of each kind; kinds without one vary. */
const FIXED_LENGTHS: ReadonlyMap<BinaryKind, number> = new Map<BinaryKind, number>([
  [BinaryKind.bool, 1],
  [BinaryKind.int2, 2],
  [BinaryKind.int4, 4],
  [BinaryKind.int8, 8],
  [BinaryKind.oid, 4],
  [BinaryKind.date, 4],
  [BinaryKind.time, 8],
  [BinaryKind.timestamp, 8],
  [BinaryKind.timestamptz, 8],
  [BinaryKind.uuid, 16],
]);
const VARIES = -1;

/** The kinds whose text is made here; that of a float is left to PostgreSQL, whose choice of digits is its own. */
const ENCODED: ReadonlySet<BinaryKind> = new Set<BinaryKind>([
  ...FIXED_LENGTHS.keys(),
  BinaryKind.text,
  BinaryKind.jsonb,
  BinaryKind.numeric,
  BinaryKind.bytea,
]);

/** Whether `BinaryRowEncoder` takes columns of a kind. */
export function isEncodedKind(kind: BinaryKind): boolean {
  return ENCODED.has(kind);
}

/**
 * Turns rows of `COPY … TO STDOUT (FORMAT binary)`, as they stand in the server's messages, into the lines that
 * `RowEncoder` makes of the text form, byte for byte: the text of each value is made here instead of in the server.
 */
export class BinaryRowEncoder implements RowsEncoder {
  readonly #kinds: Uint8Array;
  readonly #lengths: Int8Array;
  readonly #buffer: BatchBuffer;
  readonly #times = new TimeWriter();
  #hasBegun = false;
  #hasEnded = false;
  #rows = 0;

  /** @param pool where batches come from; the encoder's own where it is not given */
  constructor(kinds: readonly BinaryKind[], pool = new BatchPool()) {
    this.#buffer = new BatchBuffer(pool);
    this.#kinds = Uint8Array.from(kinds);
    this.#lengths = Int8Array.from(kinds, kind => FIXED_LENGTHS.get(kind) ?? VARIES);
  }

  get rows(): number {
    return this.#rows;
  }

  encode(source: Uint8Array, start: number, end: number): number {
    const columns = this.#kinds.length;
    // To the end of the memory: V8 takes a read that ends where its view ends for one beyond it, and calls a function from then on.
    const input = new DataView(source.buffer, source.byteOffset);
    const buffer = this.#buffer;
    let out = buffer.length;
    let rows = 0;
    let at = start;

    while (at + MESSAGE_HEADER_BYTES <= end && source[at] === COPY_DATA) {
      const size = input.getInt32(at + 1);
      const rowEnd = at + 1 + size;
      if (size < MESSAGE_HEADER_BYTES - 1) throw wrongColumns(columns);
      if (rowEnd > end) break;
      let i = at + MESSAGE_HEADER_BYTES;
      if (!this.#hasBegun) {
        i = skipHeader(source, input, i, rowEnd);
        this.#hasBegun = true;
      }
      if (i === rowEnd) {
        at = rowEnd;
        continue;
      }
      if (i + FIELD_COUNT_BYTES > rowEnd || this.#hasEnded) throw wrongColumns(columns);
      const fields = input.getInt16(i);
      i += FIELD_COUNT_BYTES;
      if (fields !== columns) {
        if (fields !== TRAILER || i !== rowEnd) throw wrongColumns(columns);
        this.#hasEnded = true;
        at = rowEnd;
        continue;
      }

      let room = size * MAX_GROWTH + ROW_OVERHEAD_BYTES;
      if (out + room > buffer.bytes.length) {
        if (size > SMALL_ROW_BYTES) room = this.#measure(source, input, i, rowEnd);
        if (out + room > buffer.bytes.length) {
          buffer.length = out;
          buffer.rows += rows;
          this.#rows += rows;
          rows = 0;
          buffer.startBatch(room);
          out = 0;
        }
      }
      out = this.#writeRow(source, input, i, rowEnd, out, out + room);
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
   * Writes one row. A function of its own, called for each: V8 optimises it as a whole, where it gave up and compiled anew,
   * every few slices, a loop over the rows of a chunk with the loop over columns inside.
   *
   * @param i       where the first field stands in the message, which ends at `rowEnd`
   * @param roomEnd where the room in the batch ends that the row has
   * @returns       where the row ends in the batch
   */
  #writeRow(
    source: Uint8Array,
    input: DataView,
    i: number,
    rowEnd: number,
    out: number,
    roomEnd: number,
  ): number {
    const kinds = this.#kinds;
    const lengths = this.#lengths;
    const columns = kinds.length;
    const times = this.#times;
    const buffer = this.#buffer;
    let batch = buffer.bytes;
    let output = buffer.view;

    batch[out++] = OPEN;
    for (let column = 0; column < columns; column++) {
      if (column !== 0) batch[out++] = COMMA;
      if (i + 4 > rowEnd) throw wrongColumns(columns);
      const length = input.getInt32(i);
      i += 4;
      if (length === -1) {
        out = writeNull(batch, out);
        continue;
      }
      const fixed = lengths[column] as number;
      if (length < 0 || length > rowEnd - i || (fixed !== VARIES && fixed !== length)) {
        throw wrongColumns(columns);
      }
      switch (kinds[column]) {
        case BinaryKind.int8:
          out = writeBigint(input, i, batch, output, out);
          break;
        case BinaryKind.int4: {
          const value = input.getInt32(i);
          out = value >= 0 ? writeSmall(output, out, value) : writeInteger(output, out, value);
          break;
        }
        case BinaryKind.text:
          out = writeString(source, input, i, i + length, batch, output, out);
          break;
        case BinaryKind.timestamptz:
          out = times.timestamp(input, i, true, batch, output, out);
          break;
        case BinaryKind.timestamp:
          out = times.timestamp(input, i, false, batch, output, out);
          break;
        case BinaryKind.date:
          out = times.date(input.getInt32(i), batch, output, out);
          break;
        case BinaryKind.bool:
          out = source[i] === 0 ? writeFalse(batch, out) : writeTrue(batch, out);
          break;
        case BinaryKind.numeric: {
          if (length < NUMERIC_HEADER_BYTES || length !== NUMERIC_HEADER_BYTES + input.getUint16(i) * 2) {
            throw wrongColumns(columns);
          }
          const wanted = numericRoom(input, i);
          if (wanted > length * MAX_GROWTH) {
            roomEnd += wanted;
            if (roomEnd > batch.length) {
              buffer.grow(roomEnd * 2, out);
              batch = buffer.bytes;
              output = buffer.view;
            }
          }
          out = writeNumeric(input, i, batch, output, out);
          break;
        }
        case BinaryKind.int2:
          out = writeInteger(output, out, input.getInt16(i));
          break;
        case BinaryKind.oid:
          out = writeInteger(output, out, input.getUint32(i));
          break;
        case BinaryKind.time:
          out = times.time(input, i, batch, output, out);
          break;
        case BinaryKind.uuid:
          out = writeUuid(source, i, output, out);
          break;
        case BinaryKind.bytea:
          out = writeBytea(source, i, i + length, output, out);
          break;
        case BinaryKind.jsonb:
          if (source[i] !== JSONB_VERSION || length === 0) throw unknownForm();
          out = writeString(source, input, i + 1, i + length, batch, output, out);
          break;
        default:
          throw new RangeError('not a kind that is encoded');
      }
      i += length;
    }
    if (i !== rowEnd) throw wrongColumns(columns);
    batch[out] = CLOSE;
    batch[out + 1] = LINE_FEED;
    return out + 2;
  }

  /** The room that a row needs at most, but for what a `numeric` needs beyond its bytes' growth. */
  #measure(source: Uint8Array, input: DataView, start: number, rowEnd: number): number {
    let room = ROW_OVERHEAD_BYTES;
    let i = start;
    for (const kind of this.#kinds) {
      if (i + 4 > rowEnd) throw wrongColumns(this.#kinds.length);
      const length = Math.max(0, input.getInt32(i));
      const end = i + 4 + length;
      if (end > rowEnd) throw wrongColumns(this.#kinds.length);
      if (kind === BinaryKind.text || kind === BinaryKind.jsonb) {
        room += stringLength(source, i + 4, end) + 4;
      } else {
        room += kind === BinaryKind.bytea ? byteaLength(length) : (end - i) * MAX_GROWTH;
      }
      i = end;
    }
    return room;
  }
}

/** @returns the position behind the header, where the first row or the trailer stands, or the message ends */
function skipHeader(source: Uint8Array, input: DataView, at: number, end: number): number {
  if (at + FIXED_HEADER_BYTES > end) throw unknownForm();
  if (SIGNATURE.compare(source, at, at + SIGNATURE.length) !== 0) throw unknownForm();
  const flags = input.getUint32(at + SIGNATURE.length);
  const extension = input.getUint32(at + SIGNATURE.length + 4);
  const behind = at + FIXED_HEADER_BYTES + extension;
  // The one flag there has ever been announces object ids in front of rows.
  if (flags !== 0 || behind > end) throw unknownForm();
  return behind;
}

function unknownForm(): BackupError {
  return new BackupError(
    'unsupported',
    'The server sent rows in a binary form that this version does not know. Use a newer version.',
  );
}
