import {
  BOOL,
  BYTEA,
  DATE,
  INT2,
  INT4,
  INT8,
  JSONB,
  NUMERIC,
  OID,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UUID,
} from '../src/binary/binary-kind-codes';
import {
  DONE,
  FULL,
  LARGE,
  MAX_SMALL_ROW_BYTES,
  TRAILER,
  UNKNOWN_FORM,
  WRONG_COLUMNS,
} from '../src/source/row-machine-codes';
import { COLUMNS } from './areas';
import {
  CLOSE,
  COMMA,
  LINE_FEED,
  OPEN,
  QUOTE,
  readInt16,
  readInt32,
  readInt64,
  writeBoolean,
  writeNull,
} from './bytes';
import { COPY_DATA, MESSAGE_HEADER_BYTES, progress } from './progress';
import { writeHex, writeHexPrefix, writeUuid } from './write-hex';
import { writeBigint, writeInteger, writeSmall } from './write-integers';
import { isNumeric, numericRoom, writeNumeric } from './write-numeric';
import { writeString } from './write-string';
import { writeDate, writeTime, writeTimestamp } from './write-times';

/** Of a field's own bytes and the four of its length, each becomes at most so many, but for a `numeric`'s. */
const MAX_GROWTH: usize = 6;

/** A row's brackets and line feed, and what is written further than it lasts. */
const ROW_OVERHEAD_BYTES: usize = 16;

const FIELD_COUNT_BYTES: usize = 2;
const TRAILER_COUNT = -1;
const JSONB_VERSION: u8 = 1;

/** What is wrong with the last field; `DONE` if nothing is. */
let fault: i32 = DONE;

/**
 * Encodes the `CopyData` messages from `at` to `end` as lines, from `out` on and not beyond `limit`.
 *
 * @returns where the lines end; why, where and after how many rows it stopped is in `progress`
 */
export function encodeBinary(at: usize, end: usize, out: usize, limit: usize, columns: i32): usize {
  progress.begin();
  while (at + MESSAGE_HEADER_BYTES <= end && load<u8>(at) == COPY_DATA) {
    const size = readInt32(at + 1);
    const fieldsAt = at + MESSAGE_HEADER_BYTES;
    if (size < 6) return progress.stop(WRONG_COLUMNS, at, out);
    if (size > MAX_SMALL_ROW_BYTES) return progress.stop(LARGE, at, out);
    const rowEnd = at + 1 + size;
    if (rowEnd > end) break;
    const fields = readInt16(fieldsAt);
    if (fields != columns) {
      const isTrailer = fields == TRAILER_COUNT && fieldsAt + FIELD_COUNT_BYTES == rowEnd;
      return isTrailer ? progress.stop(TRAILER, rowEnd, out) : progress.stop(WRONG_COLUMNS, at, out);
    }
    const roomEnd = out + (size as usize) * MAX_GROWTH + ROW_OVERHEAD_BYTES;
    if (roomEnd > limit) return progress.stop(FULL, at, out);
    const lineEnd = writeRow(fieldsAt + FIELD_COUNT_BYTES, rowEnd, out, limit - roomEnd, columns);
    if (fault != DONE) return progress.stop(takeFault(), at, out);
    out = lineEnd;
    at = rowEnd;
    progress.rows++;
  }
  return progress.stop(DONE, at, out);
}

/** @param spare bytes that the row may take beyond what its own become at most */
function writeRow(at: usize, rowEnd: usize, out: usize, spare: usize, columns: i32): usize {
  store<u8>(out++, OPEN);
  for (let column = 0; column < columns; column++) {
    if (column != 0) store<u8>(out++, COMMA);
    if (at + 4 > rowEnd) return refuse(WRONG_COLUMNS);
    const length = readInt32(at);
    at += 4;
    if (length == -1) {
      out = writeNull(out);
      continue;
    }
    if (length < 0 || at + length > rowEnd) return refuse(WRONG_COLUMNS);
    const kind: i32 = load<u8>(COLUMNS + column);
    if (kind == NUMERIC && isNumeric(at, length)) {
      const room = numericRoom(at);
      if (room > (length as usize) * MAX_GROWTH) {
        if (room > spare) return refuse(FULL);
        spare -= room;
      }
    }
    out = writeBinaryField(kind, at, length, out);
    if (fault != DONE) return out;
    at += length;
  }
  if (at != rowEnd) return refuse(WRONG_COLUMNS);
  store<u8>(out, CLOSE);
  store<u8>(out + 1, LINE_FEED);
  return out + 2;
}

/**
 * Writes one value that is not null. Whether that was possible is in `takeFault`.
 *
 * @returns where it ends
 */
export function writeBinaryField(kind: i32, at: usize, length: i32, out: usize): usize {
  switch (kind) {
    case INT8:
      return length == 8 ? writeBigint(out, readInt64(at)) : refuse(WRONG_COLUMNS);
    case INT4:
      return length == 4 ? writeInteger(out, readInt32(at)) : refuse(WRONG_COLUMNS);
    case TEXT:
      return writeQuoted(at, length, out);
    case TIMESTAMPTZ:
      return length == 8 ? writeTimestamp(readInt64(at), true, out) : refuse(WRONG_COLUMNS);
    case TIMESTAMP:
      return length == 8 ? writeTimestamp(readInt64(at), false, out) : refuse(WRONG_COLUMNS);
    case DATE:
      return length == 4 ? writeDate(readInt32(at), out) : refuse(WRONG_COLUMNS);
    case BOOL:
      return length == 1 ? writeBoolean(out, load<u8>(at) != 0) : refuse(WRONG_COLUMNS);
    case NUMERIC:
      return isNumeric(at, length) ? writeNumeric(at, out) : refuse(WRONG_COLUMNS);
    case INT2:
      return length == 2 ? writeInteger(out, readInt16(at)) : refuse(WRONG_COLUMNS);
    case OID:
      return length == 4 ? writeSmall(out, readInt32(at) as u32) : refuse(WRONG_COLUMNS);
    case TIME:
      return length == 8 ? writeTime(readInt64(at), out) : refuse(WRONG_COLUMNS);
    case UUID:
      return length == 16 ? writeUuid(at, out) : refuse(WRONG_COLUMNS);
    case JSONB:
      if (length == 0 || load<u8>(at) != JSONB_VERSION) return refuse(UNKNOWN_FORM);
      return writeQuoted(at + 1, length - 1, out);
    case BYTEA:
      store<u8>(out, QUOTE);
      out = writeHex(at, at + length, writeHexPrefix(out + 1));
      store<u8>(out, QUOTE);
      return out + 1;
    default:
      return refuse(UNKNOWN_FORM);
  }
}

/** What is wrong with the field that was written last, and forgets it. */
export function takeFault(): i32 {
  const found = fault;
  fault = DONE;
  return found;
}

function writeQuoted(at: usize, length: i32, out: usize): usize {
  store<u8>(out, QUOTE);
  out = writeString(at, at + length, out + 1);
  store<u8>(out, QUOTE);
  return out + 1;
}

function refuse(reason: i32): usize {
  fault = reason;
  return 0;
}
