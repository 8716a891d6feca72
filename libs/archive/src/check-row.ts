import { isUtf8 } from 'node:buffer';
import { BackupError, type RowBatch } from '@satchel/domain';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const LF = 0x0a;

/** 1 for each byte that stands for itself inside a string; `"`, `\` and control bytes do not. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/**
 * Checks rows of strangers: each is a compact JSON array of as many values as the relation has columns, each value null,
 * true, false, a number or a string, in valid UTF-8, without `\u0000`, which PostgreSQL cannot store. One pass over
 * the bytes, nothing is allocated.
 */
export class RowChecker {
  readonly #label: string;
  readonly #columns: number;
  #rows = 0;

  /** @param label the relation, for messages */
  constructor(label: string, columns: number) {
    this.#label = label;
    this.#columns = columns;
  }

  /** @throws BackupError `invalid_backup` naming the first row that is wrong, counted from 1 within the relation */
  check({ bytes, rows }: RowBatch): void {
    const allUtf8 = isUtf8(bytes);
    let at = 0;
    let count = 0;
    while (at < bytes.length) {
      const end = endOfRow(bytes, at, this.#columns);
      if (end === -1 || (!allUtf8 && !isUtf8(bytes.subarray(at, end)))) throw this.#wrong(count + 1);
      at = end;
      count++;
    }
    if (count !== rows) throw this.#wrong(count + 1);
    this.#rows += rows;
  }

  #wrong(inBatch: number): BackupError {
    const row = this.#rows + inBatch;
    return new BackupError(
      'invalid_backup',
      `Row ${row} of ${this.#label} is no array of ${this.#columns} valid values. The file was altered or written wrongly.`,
      { relation: this.#label, row, columns: this.#columns },
    );
  }
}

/** @returns the offset after the row's line feed; -1 if it is not such a row */
function endOfRow(bytes: Uint8Array, start: number, columns: number): number {
  if (bytes[start] !== OPEN) return -1;
  let at = start + 1;
  if (columns === 0) return bytes[at] === CLOSE && bytes[at + 1] === LF ? at + 2 : -1;
  for (let column = 1; ; column++) {
    at = endOfValue(bytes, at);
    if (at === -1) return -1;
    if (column === columns) break;
    if (bytes[at] !== COMMA) return -1;
    at++;
  }
  return bytes[at] === CLOSE && bytes[at + 1] === LF ? at + 2 : -1;
}

function endOfValue(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return endOfString(bytes, at + 1);
    case 0x6e:
      return isWord(bytes, at, 0x75, 0x6c, 0x6c) ? at + 4 : -1;
    case 0x74:
      return isWord(bytes, at, 0x72, 0x75, 0x65) ? at + 4 : -1;
    case 0x66:
      return isWord(bytes, at, 0x61, 0x6c, 0x73) && bytes[at + 4] === 0x65 ? at + 5 : -1;
    default:
      return endOfNumber(bytes, at);
  }
}

/** Whether three given bytes follow the first. */
function isWord(bytes: Uint8Array, at: number, second: number, third: number, fourth: number): boolean {
  return bytes[at + 1] === second && bytes[at + 2] === third && bytes[at + 3] === fourth;
}

/** @param at after the opening quote */
function endOfString(bytes: Uint8Array, at: number): number {
  for (;;) {
    while (PLAIN[bytes[at] ?? 0] === 1) at++;
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] !== BACKSLASH) return -1;
    const escape = bytes[at + 1];
    if (escape === 0x75) {
      const unit = hexUnit(bytes, at + 2);
      at += 6;
      if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return -1;
      if (unit >= 0xd800 && unit <= 0xdbff) {
        // Half a character: the other half must follow as an escape of its own.
        if (bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return -1;
        const low = hexUnit(bytes, at + 2);
        if (low < 0xdc00 || low > 0xdfff) return -1;
        at += 6;
      }
    } else if (escape !== undefined && isShortEscape(escape)) {
      at += 2;
    } else {
      return -1;
    }
  }
}

function isShortEscape(byte: number): boolean {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}

/** @returns the value of four hexadecimal digits, -1 if they are not */
function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index] ?? 0;
    const lower = byte | 0x20;
    if (byte >= ZERO && byte <= NINE) unit = unit * 16 + byte - ZERO;
    else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + lower - 0x57;
    else return -1;
  }
  return unit;
}

function endOfNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at] === MINUS) at++;
  if (bytes[at] === ZERO) at++;
  else if ((at = endOfDigits(bytes, at)) === -1) return -1;
  if (bytes[at] === DOT && (at = endOfDigits(bytes, at + 1)) === -1) return -1;
  if (((bytes[at] ?? 0) | 0x20) === 0x65) {
    at++;
    if (bytes[at] === MINUS || bytes[at] === 0x2b) at++;
    return endOfDigits(bytes, at);
  }
  return at;
}

/** @returns -1 if there is no digit */
function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[at]) at++;
  return at === start ? -1 : at;
}
