/*
 * The step between rows as they are handed about (each followed by a line feed) and as they stand in a document
 * (separated by comma and line feed). It touches every byte of every backup and of every restore, so it is WebAssembly, which looks at
 * sixteen at a time. `src/row-lines.ts` calls it; nothing is kept from one call to the next.
 *
 * Written in AssemblyScript: `npm run assemble` compiles it.
 */

import { BEFORE_BYTES, PIECE_BYTES } from '../src/row-lines-sizes';

const LINE_FEED: u8 = 0x0a;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;

/** Vectors are moved whole. */
const MARGIN_BYTES = 64;

const INPUT: usize = memory.data(PIECE_BYTES + MARGIN_BYTES, 16);
/** A comma may come to each byte. */
const OUTPUT: usize = memory.data(BEFORE_BYTES + 2 * PIECE_BYTES + MARGIN_BYTES, 16);
const OUTPUT_START: usize = OUTPUT + BEFORE_BYTES;

export function inputArea(): usize {
  return INPUT;
}

/** What was written before ends `BEFORE_BYTES` behind it, where new output begins. */
export function outputArea(): usize {
  return OUTPUT;
}

/**
 * Copies so many bytes of rows, putting a comma before each line feed.
 *
 * @returns bytes written
 */
export function separate(length: i32): i32 {
  const end = INPUT + length;
  let from = INPUT;
  let to = OUTPUT_START;
  while (from < end) {
    const plain = bytesOfLine(from, end, to);
    from += plain;
    to += plain;
    if (plain == 16 || from == end) continue;
    store<u8>(to, COMMA);
    store<u8>(to + 1, LINE_FEED);
    from++;
    to += 2;
  }
  return (to - OUTPUT_START) as i32;
}

let consumed: i32 = 0;
let produced: i32 = 0;
let rowsEnd: i32 = -1;
let rows: i32 = 0;
let ended: bool = false;
let broken: bool = false;
let stoppedAtRowStart: bool = false;

/** Bytes of the input and of the output that `join` used. */
export function consumedBytes(): i32 {
  return consumed;
}
export function producedBytes(): i32 {
  return produced;
}
/** Where the last whole row ends in the output; -1 if none ended. */
export function lastRowEnd(): i32 {
  return rowsEnd;
}
export function rowCount(): i32 {
  return rows;
}
/** Whether the last row has ended; what follows is the `]` that closes the rows. */
export function hasEnded(): bool {
  return ended;
}
export function isBroken(): bool {
  return broken;
}
export function isAtRowStart(): bool {
  return stoppedAtRowStart;
}

/**
 * Copies so many bytes of row lines, dropping each comma before a line feed. A row that was begun before must stand, with
 * its last bytes, before the output: a comma there may become a line feed.
 *
 * @param atRowStart whether a row begins with the first byte
 * @param isFirst    whether no row has ended before, so that the part may have none
 */
export function join(length: i32, atRowStart: bool, isFirst: bool): void {
  const end = INPUT + length;
  let from = INPUT;
  let to = OUTPUT_START;
  rows = 0;
  rowsEnd = -1;
  ended = false;
  broken = false;
  while (from < end) {
    if (atRowStart) {
      const first = load<u8>(from);
      if (first != OPEN) {
        // `[` must stand here, or after the opening line the `]` of a part without rows.
        if (isFirst && rows == 0 && first == CLOSE) ended = true;
        else broken = true;
        break;
      }
      atRowStart = false;
    }
    const plain = bytesOfLine(from, end, to);
    from += plain;
    to += plain;
    if (plain == 16 || from == end) continue;
    from++;
    rows++;
    // All of the row stands in the output: at least its `[`, so that both looks back stay inside it.
    if (load<u8>(to - 1) == COMMA) {
      broken = load<u8>(to - 2) != CLOSE;
      store<u8>(to - 1, LINE_FEED);
      atRowStart = true;
    } else {
      broken = load<u8>(to - 1) != CLOSE;
      ended = true;
      store<u8>(to++, LINE_FEED);
    }
    rowsEnd = (to - OUTPUT_START) as i32;
    if (broken || ended) break;
  }
  consumed = (from - INPUT) as i32;
  produced = (to - OUTPUT_START) as i32;
  stoppedAtRowStart = atRowStart;
}

/** Copies up to sixteen bytes, of which those count that stand before the first line feed and before `end`. */
function bytesOfLine(from: usize, end: usize, to: usize): usize {
  const bytes = v128.load(from);
  v128.store(to, bytes);
  const mask = i8x16.bitmask(v128.eq<u8>(bytes, i8x16.splat(LINE_FEED as i8)));
  const plain: usize = mask == 0 ? 16 : ctz<i32>(mask);
  return min(plain, end - from);
}
