/** Bytes of rows in one batch, unless a single row is larger. */
export const BATCH_BYTES = 256 * 1024;

/** Buffers kept for later batches: as many as are under way at a time. */
const SPARE_BUFFERS = 8;

/** Makes a buffer, whose memory is its own from its first byte on. */
export type AllocateBuffer = (size: number) => Buffer;

/** Lends the buffers that batches are written into, and takes them back once their rows have been dealt with. */
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

  /** Takes a buffer of any size; what is not of the usual one, or one too many, is left to be collected. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === BATCH_BYTES && this.#spare.length < SPARE_BUFFERS) this.#spare.push(buffer);
  }
}
