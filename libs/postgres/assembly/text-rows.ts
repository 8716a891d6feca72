import {
  BIGINT_CLASS,
  BOOLEAN_CLASS,
  FLOAT_CLASS,
  NUMBER_CLASS,
  PLAIN_CLASS,
} from '../src/source/column-class-codes';
import { DONE, FULL, LARGE, MAX_SMALL_ROW_BYTES, WRONG_COLUMNS } from '../src/source/row-machine-codes';
import { COLUMNS } from './areas';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  copyShort,
  DASH,
  LINE_FEED,
  OPEN,
  QUOTE,
  readInt32,
  SPACE,
  writeBoolean,
  writeNull,
  ZERO,
} from './bytes';
import { COPY_DATA, MESSAGE_HEADER_BYTES, progress } from './progress';
import { bytesFrom, stoppedAt, writeCopyText } from './write-string';

/** Of a row's bytes each becomes at most so many. */
const MAX_GROWTH: usize = 6;

/** The most that a column adds beside: two quotes, a comma, and `false` for `f`. */
const COLUMN_OVERHEAD_BYTES: usize = 8;

/** Decimal digits that every double holds exactly; a longer bigint is a string. */
const MAX_EXACT_DIGITS: usize = 15;

const LETTER_I: u8 = 0x49;
const LETTER_N: u8 = 0x4e;
const LETTER_T: u8 = 0x74;

/** Where the last field ended: at the tab or line feed behind it. */
let fieldEnd: usize = 0;

/** The same for text as `encodeBinary` for binary rows. */
export function encodeText(at: usize, end: usize, out: usize, limit: usize, columns: i32): usize {
  progress.begin();
  while (at + MESSAGE_HEADER_BYTES <= end && load<u8>(at) == COPY_DATA) {
    const size = readInt32(at + 1);
    if (size < 5) return progress.stop(WRONG_COLUMNS, at, out);
    if (size > MAX_SMALL_ROW_BYTES) return progress.stop(LARGE, at, out);
    const rowEnd = at + 1 + size;
    if (rowEnd > end) break;
    const room = (size as usize) * MAX_GROWTH + (columns as usize) * COLUMN_OVERHEAD_BYTES;
    if (out + room > limit) return progress.stop(FULL, at, out);
    const lineEnd = writeRow(at + MESSAGE_HEADER_BYTES, rowEnd - 1, out, columns);
    if (lineEnd == 0) return progress.stop(WRONG_COLUMNS, at, out);
    out = lineEnd;
    at = rowEnd;
    progress.rows++;
  }
  return progress.stop(DONE, at, out);
}

/**
 * @param lineFeed where the row's line feed stands
 * @returns 0 if the row does not have the columns
 */
function writeRow(at: usize, lineFeed: usize, out: usize, columns: i32): usize {
  store<u8>(out++, OPEN);
  for (let column = 0; column < columns; column++) {
    if (at > lineFeed) return 0;
    if (column != 0) store<u8>(out++, COMMA);
    out = writeTextField(load<u8>(COLUMNS + column), at, lineFeed, out);
    at = fieldEnd + 1;
  }
  if (columns == 0) at++;
  if (at != lineFeed + 1 || load<u8>(lineFeed) != LINE_FEED) return 0;
  store<u8>(out, CLOSE);
  store<u8>(out + 1, LINE_FEED);
  return out + 2;
}

/**
 * Writes a field that ends at a tab, or at `end`.
 *
 * @returns where what it wrote ends
 */
export function writeTextField(columnClass: i32, at: usize, end: usize, out: usize): usize {
  if (end - at >= 2 && load<u8>(at) == BACKSLASH && load<u8>(at + 1) == LETTER_N) {
    fieldEnd = at + 2;
    return writeNull(out);
  }
  switch (columnClass) {
    case NUMBER_CLASS:
      return copyShort(at, lengthOf(at, end), out);
    case PLAIN_CLASS:
      return writeQuoted(at, lengthOf(at, end), out);
    case BOOLEAN_CLASS:
      lengthOf(at, end);
      return writeBoolean(out, load<u8>(at) == LETTER_T);
    case BIGINT_CLASS: {
      const length = lengthOf(at, end);
      const digits = load<u8>(at) == DASH ? length - 1 : length;
      return digits <= MAX_EXACT_DIGITS ? copyShort(at, length, out) : writeQuoted(at, length, out);
    }
    case FLOAT_CLASS: {
      const length = lengthOf(at, end);
      return isJsonFloat(at, length) ? copyShort(at, length, out) : writeQuoted(at, length, out);
    }
    default:
      store<u8>(out, QUOTE);
      out = writeCopyText(at, end, out + 1);
      fieldEnd = stoppedAt;
      store<u8>(out, QUOTE);
      return out + 1;
  }
}

/** The length of a field without control bytes. */
function lengthOf(at: usize, end: usize): usize {
  const length = bytesFrom(SPACE, at, end);
  fieldEnd = at + length;
  return length;
}

function writeQuoted(at: usize, length: usize, out: usize): usize {
  store<u8>(out, QUOTE);
  out = copyShort(at, length, out + 1);
  store<u8>(out, QUOTE);
  return out + 1;
}

/** PostgreSQL's text of a float is a JSON number but for `NaN`, `Infinity`, `-Infinity` and `-0`, whose sign a reader may lose. */
function isJsonFloat(at: usize, length: usize): bool {
  const isNegative = load<u8>(at) == DASH;
  const first = load<u8>(isNegative ? at + 1 : at);
  if (first == LETTER_N || first == LETTER_I) return false;
  return !(isNegative && length == 2 && first == ZERO);
}
