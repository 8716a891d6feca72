/**
 * Lends buffers and takes them back, so that rows leave nothing behind that waits to be collected. It never keeps more than were
 * lent at a time.
 */
export class BufferPool {
  readonly #spare: Buffer[] = [];
  readonly #size: number;

  /** @param size of a buffer in bytes, unless more is asked for */
  constructor(size: number) {
    this.#size = size;
  }

  /** @param room bytes that the buffer must have at least */
  take(room: number): Buffer {
    const spare = room <= this.#size ? this.#spare.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(Math.max(this.#size, room));
  }

  /** Takes a buffer of any size; one that is not of the usual size is left to be collected. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === this.#size) this.#spare.push(buffer);
  }
}
