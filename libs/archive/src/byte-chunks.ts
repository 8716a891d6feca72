import { BackupError, type RowBatch } from '@satchel/domain';
import { writeRowLines } from './row-lines.js';

/** Size of the chunks that small writes are gathered into, in bytes: the compressor takes them one a turn of the event loop. */
const CHUNK_BYTES = 1024 * 1024;

/** Chunks that stay untouched after they were handed on: a compressor works on one while it takes the next. */
const CHUNKS_IN_USE = 2;

const LINE_FEED = 0x0a;

/** Lends chunks and takes them back, so that writing an archive leaves next to nothing to be collected. */
export class ChunkPool {
  readonly #spare: Buffer[] = [];
  readonly #inUse: Uint8Array[] = [];

  take(size: number): Buffer {
    const spare = size <= CHUNK_BYTES ? this.#spare.pop() : undefined;
    // Never from Node's pool: a chunk outlives many small allocations.
    return spare ?? Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, size));
  }

  /** Says that a chunk was handed on, and that the next one is asked for. */
  handedOn(chunk: Uint8Array): void {
    this.#inUse.push(chunk);
    if (this.#inUse.length <= CHUNKS_IN_USE) return;
    const done = this.#inUse.shift();
    if (done?.buffer.byteLength === CHUNK_BYTES) this.#spare.push(Buffer.from(done.buffer));
  }
}

/** Gathers texts and rows into large chunks. */
export class ByteChunks {
  readonly #full: Uint8Array[] = [];
  #current: Buffer | null = null;
  #used = 0;

  constructor(private readonly pool: ChunkPool) {}

  addText(text: string): void {
    const chunk = this.#room(Buffer.byteLength(text));
    this.#used += chunk.write(text, this.#used);
  }

  /** Adds rows as they stand in a document: a comma before each line feed but the last, which is left out. */
  addRows({ bytes, rows }: RowBatch): void {
    const size = bytes.length + rows - 2;
    const target = this.#room(size).subarray(this.#used, this.#used + size);
    if (bytes.at(-1) !== LINE_FEED || writeRowLines(bytes, target) !== size) {
      throw new BackupError(
        'system_error',
        `A batch said to have ${rows} rows has another number of lines.`,
        {
          rows,
        },
      );
    }
    this.#used += size;
  }

  /** Takes the chunks that are full. */
  takeFull(): Uint8Array[] {
    return this.#full.splice(0);
  }

  /** Takes all that was added. */
  takeAll(): Uint8Array[] {
    this.#flush();
    return this.takeFull();
  }

  #room(size: number): Buffer {
    if (this.#current !== null && this.#used + size <= this.#current.length) return this.#current;
    this.#flush();
    this.#current = this.pool.take(size);
    this.#used = 0;
    return this.#current;
  }

  #flush(): void {
    if (this.#current === null || this.#used === 0) return;
    this.#full.push(this.#current.subarray(0, this.#used));
    this.#current = null;
    this.#used = 0;
  }
}
