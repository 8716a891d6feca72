import type { RowBatch } from '@satchel/domain';
import type { BatchPool } from './batch-pool.js';
import { MessageRuns } from './message-runs.js';
import { encoderOf, type RowFormat } from './row-format.js';
import { COPY_DATA, type RowsEncoder } from './rows-encoder.js';

const COPY_DONE = 0x63;
const COPY_OUT_RESPONSE = 0x48;
/** What comes before the end of the rows; the last three are notices, notifications and changed parameters. */
const BELONGS_TO_COPY: ReadonlySet<number> = new Set([
  COPY_DATA,
  COPY_DONE,
  COPY_OUT_RESPONSE,
  0x4e,
  0x41,
  0x53,
]);

/** What became of some bytes of an answer. */
export interface AnswerPiece {
  readonly batches: readonly RowBatch[];
  /** What is for the driver: whole messages between rows and, from the end of the rows on, all that follows. */
  readonly forDriver: readonly Uint8Array[];
  /** Whether the rows have ended, with their last one or with the server's error. */
  readonly hasEnded: boolean;
  /** Rows so far. */
  readonly rows: number;
}

/** The server's answer to a `COPY … TO STDOUT`, taken apart: rows, as lines of the archive, and what is not a row. */
export class CopyAnswer {
  readonly #encoder: RowsEncoder;
  readonly #runs = new MessageRuns((source, start, end) => this.#handleRun(source, start, end));
  #forDriver: Uint8Array[] = [];
  #discarding = false;
  #hasEnded = false;

  constructor(format: RowFormat, pool: BatchPool) {
    this.#encoder = encoderOf(format, pool);
  }

  /**
   * Takes the next bytes, cut anywhere. They may be used again when it returns.
   *
   * @throws BackupError `unavailable` or `unsupported` for what cannot be an answer to the statement
   */
  push(chunk: Uint8Array): AnswerPiece {
    this.#runs.push(chunk);
    const forDriver = this.#forDriver;
    this.#forDriver = [];
    return {
      batches: this.#hasEnded ? this.#encoder.takeAll() : this.#encoder.takeFull(),
      forDriver,
      hasEnded: this.#hasEnded,
      rows: this.#encoder.rows,
    };
  }

  /** From now on rows are only counted off to their end, and not encoded. */
  discard(): void {
    this.#discarding = true;
  }

  /** @returns where it stopped, which is where a message is not whole; or -1 once the rest is the driver's */
  #handleRun(source: Uint8Array, start: number, end: number): number {
    if (this.#hasEnded) {
      this.#tellDriver(source, start, end);
      return -1;
    }
    for (let at = start; ;) {
      at = this.#discarding ? skipRows(source, at, end) : this.#encoder.encode(source, at, end);
      const type = source[at];
      if (type === undefined || at === end) return at;
      if (!BELONGS_TO_COPY.has(type)) return this.#endRows(source, at, end);
      const messageEnd = endOfMessage(source, at, end);
      if (messageEnd === null) return at;
      if (type === COPY_DONE) return this.#endRows(source, messageEnd, end);
      if (type !== COPY_OUT_RESPONSE) this.#tellDriver(source, at, messageEnd);
      at = messageEnd;
    }
  }

  #endRows(source: Uint8Array, rest: number, end: number): number {
    this.#hasEnded = true;
    this.#tellDriver(source, rest, end);
    return -1;
  }

  #tellDriver(source: Uint8Array, start: number, end: number): void {
    // A copy: the driver's parser keeps what it was given.
    if (start < end) this.#forDriver.push(Uint8Array.prototype.slice.call(source, start, end));
  }
}

function endOfMessage(source: Uint8Array, at: number, end: number): number | null {
  if (at + 5 > end) return null;
  const messageEnd = at + 1 + new DataView(source.buffer, source.byteOffset).getInt32(at + 1);
  return messageEnd > end ? null : messageEnd;
}

function skipRows(source: Uint8Array, start: number, end: number): number {
  let at = start;
  while (source[at] === COPY_DATA) {
    const messageEnd = endOfMessage(source, at, end);
    if (messageEnd === null) break;
    at = messageEnd;
  }
  return at;
}
