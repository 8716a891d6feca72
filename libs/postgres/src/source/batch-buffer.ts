import type { RowBatch } from '@satchel/domain';
import type { BatchPool } from './batch-pool.js';

/** Has no room for a row, so that an encoder starts a batch with its first one. */
const NONE = Buffer.alloc(0);

/** Where an encoder writes its lines: one batch after another. */
export class BatchBuffer {
  bytes: Buffer = NONE;
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
    this.bytes = this.#pool.take(room);
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
    this.bytes = NONE;
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
}
