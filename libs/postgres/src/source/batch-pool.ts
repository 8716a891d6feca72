/** Bytes of rows in one batch, unless a single row is larger. */
export const BATCH_BYTES = 256 * 1024;

/** Makes a buffer, whose memory is its own from its first byte on. */
export type AllocateBuffer = (size: number) => Buffer;

/**
 * Lends the buffers that batches are written into, and takes them back once their rows have been dealt with. It keeps all, which
 * are never more than were under way at a time: one that is let go, and made anew soon after, waits long for the garbage collector,
 * and between two threads for that of both.
 */
export class BatchPool {
  readonly #spare: Buffer[] = [];
  readonly #allocate: AllocateBuffer;

  constructor(allocate: AllocateBuffer = size => Buffer.allocUnsafeSlow(size)) {
    this.#allocate = allocate;
  }

  /** @param room bytes that the buffer must have at least */
  take(room: number): Buffer {
    const spare = room <= BATCH_BYTES ? this.#spare.pop() : undefined;
    return spare ?? this.#allocate(Math.max(BATCH_BYTES, room));
  }

  /** Takes a buffer of any size; one that is not of the usual size is left to be collected. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === BATCH_BYTES) this.#spare.push(buffer);
  }
}
