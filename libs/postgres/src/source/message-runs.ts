import { BackupError } from '@satchel/domain/errors';

/**
 * Handles the messages from `start` to `end`.
 *
 * @returns where it stopped, which is where a message is not whole; or -1 if it wants no more
 */
export type HandleRun = (source: Uint8Array, start: number, end: number) => number;

const HEADER_BYTES = 5;
/** PostgreSQL sends no message of more than 1 GB. */
const MAX_MESSAGE_BYTES = 0x4000_0000;
/** What is kept from one chunk to the next, so that most cut messages need no new buffer. */
const KEPT_BYTES = 64 * 1024;

/**
 * Gives messages of the server that arrive in chunks cut anywhere to a handler that wants them whole. Whole ones are
 * handled where they stand in the chunk; only one that is cut is put together first, in a buffer of its size.
 */
export class MessageRuns {
  readonly #handle: HandleRun;
  readonly #kept = Buffer.allocUnsafeSlow(KEPT_BYTES);
  #partial: Buffer = this.#kept;
  #length = 0;

  constructor(handle: HandleRun) {
    this.#handle = handle;
  }

  /** @throws BackupError `unavailable` for a message of an impossible length */
  push(chunk: Uint8Array): void {
    let start = 0;
    while (this.#length > 0) {
      const wanted = this.#wantedBytes();
      const taken = Math.min(wanted - this.#length, chunk.length - start);
      this.#partial.set(chunk.subarray(start, start + taken), this.#length);
      this.#length += taken;
      start += taken;
      if (this.#length < wanted) return;
      if (wanted === HEADER_BYTES && this.#wantedBytes() > HEADER_BYTES) continue;
      const whole = this.#partial.subarray(0, wanted);
      this.#partial = this.#kept;
      this.#length = 0;
      const stopped = this.#handle(whole, 0, wanted);
      if (stopped === -1) {
        this.#handle(chunk, start, chunk.length);
        return;
      }
    }
    if (start < chunk.length) this.#handleChunk(chunk, start);
  }

  #handleChunk(chunk: Uint8Array, start: number): void {
    const stopped = this.#handle(chunk, start, chunk.length);
    if (stopped === -1 || stopped === chunk.length) return;
    const rest = chunk.subarray(stopped);
    this.#partial.set(rest.subarray(0, HEADER_BYTES));
    this.#length = Math.min(rest.length, HEADER_BYTES);
    if (rest.length <= HEADER_BYTES) return;
    this.#wantedBytes();
    this.#partial.set(rest);
    this.#length = rest.length;
  }

  /** The bytes of the partial message as far as is known; makes room for them. */
  #wantedBytes(): number {
    if (this.#length < HEADER_BYTES) return HEADER_BYTES;
    const size = this.#partial.readInt32BE(1);
    if (size < 4 || size > MAX_MESSAGE_BYTES) {
      throw new BackupError(
        'unavailable',
        `The server sent a message that says it has ${size} bytes; the connection cannot be trusted. Try again.`,
      );
    }
    const wanted = size + 1;
    if (wanted > this.#partial.length) {
      const larger = Buffer.allocUnsafeSlow(wanted);
      this.#partial.copy(larger, 0, 0, this.#length);
      this.#partial = larger;
    }
    return wanted;
  }
}
