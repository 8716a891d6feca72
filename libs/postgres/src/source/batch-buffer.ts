import type { RowBatch } from '@satchel/domain';
import type { BatchPool } from './batch-pool.js';

/** Has no room for a row, so that an encoder starts a batch with its first one. */
const NONE = Buffer.alloc(0);

/**
 * Where an encoder writes its lines: one batch after another. The encoder keeps its position in a local variable while it
 * works, and stores it here when it stops.
 */
export class BatchBuffer {
  bytes: Buffer = NONE;
  view = viewOf(this.bytes);
  /** Of whole rows in the batch. */
  length = 0;
  rows = 0;
  #full: RowBatch[] = [];
  readonly #pool: BatchPool;

  constructor(pool: BatchPool) {
    this.#pool = pool;
  }

  /** Ends the batch, whose receiver keeps its buffer until it gives it back, and starts one that has room for so many bytes. */
  startBatch(room: number): void {
    this.#endBatch();
    this.#use(this.#pool.take(room));
  }

  /** Gives the batch that is being written another size; its first `written` bytes stay. */
  grow(size: number, written: number): void {
    const larger = this.#pool.take(size);
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

  /** All that is left; afterwards nothing is held. */
  takeAll(): readonly RowBatch[] {
    this.#endBatch();
    this.#use(NONE);
    return this.takeFull();
  }

  #endBatch(): void {
    const ended = this.bytes;
    const recycle = (): void => this.#pool.giveBack(ended);
    if (this.rows > 0) {
      this.#full.push({ bytes: ended.subarray(0, this.length), rows: this.rows, recycle });
    } else {
      recycle();
    }
    this.length = 0;
    this.rows = 0;
  }

  #use(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
