/**
 * The step between rows as they are handed about (each followed by a line feed) and as they stand in a document
 * (separated by comma and line feed). It touches every byte of every backup, so it reads eight at a time: a word
 * without a line feed is copied as it is. Unaligned `DataView` access compiles to plain loads and stores.
 */

const LF = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The test for a byte of a word: after the exclusive or, that byte is zero. */
const LF_WORD = 0x0a0a0a0a;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/**
 * Copies rows, putting a comma before each line feed but the last.
 *
 * @param rows   at least one row, each followed by a line feed
 * @param target has room for the bytes of `rows` and one more per row
 * @returns      bytes written; the last of them is the last row's, its line feed is left out
 */
export function writeRowLines(rows: DataView, target: DataView, at: number): number {
  const last = rows.byteLength - 1;
  let from = 0;
  let to = at;
  for (;;) {
    const copied = copyToLineFeed(rows, from, last, target, to);
    from += copied;
    to += copied;
    if (from === last) return to - at;
    target.setUint8(to++, COMMA);
    target.setUint8(to++, LF);
    from++;
  }
}

/**
 * Reads row lines piece by piece, wherever the pieces are cut: drops each comma before a line feed, so that rows come
 * out one per line, and notices the end of a part. Its state is that between two pieces.
 */
export class RowLineReader {
  /** Bytes of the source and of the target that the last call used. */
  consumed = 0;
  produced = 0;
  /** End of the last whole row in the target; unchanged by a call that ended none. */
  rowsEnd = 0;
  /** Whole rows so far. */
  rows = 0;
  /** Whether the last row has ended; what follows in the source is the `]` that closes the rows. */
  ended = false;
  /** Whether a line was met that cannot be a row's. */
  broken = false;
  #atRowStart = true;

  /**
   * Copies from `source` to `target` until one of them ends, or the part, or something is not a row. A row that was
   * begun by the last call must stand, as far as it got, before `to`.
   */
  read(source: DataView, from: number, target: DataView, to: number): void {
    const start = from;
    const begin = to;
    // Fewer bytes are never produced than fit: a line feed may write over the comma before it, nothing writes ahead.
    const end = from + Math.min(source.byteLength - from, target.byteLength - to);
    while (from < end) {
      if (this.#atRowStart) {
        if (source.getUint8(from) !== OPEN) {
          // `[` must stand here, or after the opening line the `]` of a part without rows.
          if (this.rows === 0 && source.getUint8(from) === CLOSE) this.ended = true;
          else this.broken = true;
          break;
        }
        this.#atRowStart = false;
      }
      const copied = copyToLineFeed(source, from, end, target, to);
      from += copied;
      to += copied;
      if (from === end) break;
      from++;
      this.rows++;
      // All of the row stands in the target: at least its `[`, so that both looks back stay inside it.
      if (target.getUint8(to - 1) === COMMA) {
        this.broken = target.getUint8(to - 2) !== CLOSE;
        target.setUint8(to - 1, LF);
        this.#atRowStart = true;
      } else {
        this.broken = target.getUint8(to - 1) !== CLOSE;
        this.ended = true;
        target.setUint8(to++, LF);
      }
      this.rowsEnd = to;
      if (this.broken || this.ended) break;
    }
    this.consumed = from - start;
    this.produced = to - begin;
  }
}

/**
 * Copies bytes up to the first line feed, or to `end` where there is none. A function of its own, called for each row:
 * V8 optimises it as a whole, where loops inside its long-running callers were given up again and again.
 *
 * @returns bytes copied, the line feed not among them
 */
function copyToLineFeed(source: DataView, start: number, end: number, target: DataView, at: number): number {
  const lastWord = end - 8;
  let from = start;
  let to = at;
  while (from <= lastWord) {
    const low = source.getInt32(from, true);
    const high = source.getInt32(from + 4, true);
    const a = low ^ LF_WORD;
    const b = high ^ LF_WORD;
    if (((((a - ONES) & ~a) | ((b - ONES) & ~b)) & HIGH_BITS) !== 0) break;
    target.setInt32(to, low, true);
    target.setInt32(to + 4, high, true);
    from += 8;
    to += 8;
  }
  while (from < end) {
    const byte = source.getUint8(from);
    if (byte === LF) break;
    target.setUint8(to, byte);
    from++;
    to++;
  }
  return from - start;
}
