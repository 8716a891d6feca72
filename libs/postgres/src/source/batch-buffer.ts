import type { RowBatch } from '@satchel/domain';

/** Bytes of rows in one batch, unless a single row is larger. */
export const BATCH_BYTES = 256 * 1024;

/** Buffers kept for later batches: as many as are under way at a time. */
const SPARE_BUFFERS = 4;

/**
 * Where an encoder writes its lines: one batch after another. The encoder keeps its position in a local variable while it
 * works, and stores it here when it stops.
 */
export class BatchBuffer {
  bytes = Buffer.allocUnsafeSlow(BATCH_BYTES);
  view = viewOf(this.bytes);
  /** Of whole rows in the batch. */
  length = 0;
  rows = 0;
  #full: RowBatch[] = [];
  /** Buffers that receivers have given back. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];

  /**
   * Ends the batch and starts one that has room for so many bytes. Its receiver keeps the buffer, so each has another one:
   * a new one, or one that was given back.
   */
  startBatch(room: number): void {
    const ended = this.bytes;
    if (this.rows > 0) {
      const recycle = (): void => {
        if (ended.length === BATCH_BYTES && this.#spare.length < SPARE_BUFFERS) this.#spare.push(ended);
      };
      this.#full.push({ bytes: ended.subarray(0, this.length), rows: this.rows, recycle });
    }
    const spare = room <= BATCH_BYTES ? this.#spare.pop() : undefined;
    this.#use(spare ?? Buffer.allocUnsafeSlow(Math.max(BATCH_BYTES, room)));
    this.length = 0;
    this.rows = 0;
  }

  /** Gives the batch that is being written another size; its first `written` bytes stay. */
  grow(size: number, written: number): void {
    const larger = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(larger, 0, 0, written);
    this.#use(larger);
  }

  /** The batches that have been filled since the last call. */
  takeFull(): readonly RowBatch[] {
    if (this.#full.length === 0) return [];
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** All that is left; afterwards the buffer is empty. */
  takeAll(): readonly RowBatch[] {
    if (this.rows > 0) this.startBatch(0);
    return this.takeFull();
  }

  #use(bytes: Buffer<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
