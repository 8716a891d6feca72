import type { RowBatch } from '@satchel/domain';
import type { AnswerListener, AnswerReader } from './answer-reader.js';
import { placeLike } from './copy-alignment.js';
import type { ChunkPiece, EncoderReply, SharedBatch } from './encoder-messages.js';
import { arrivedError } from './moved-error.js';

/** The thread, as one answer sees it. Chunks and batches belong to it from when they are handed over. */
export interface AnswerThread {
  takeChunk(): SharedArrayBuffer;
  send(chunk: SharedArrayBuffer, pieces: readonly ChunkPiece[]): void;
  discard(): void;
  recycle(batch: SharedArrayBuffer): void;
  release(): void;
}

/** Chunks at the thread, or on their way there or back, beyond which the connection should wait. */
const CHUNKS_UNDER_WAY = 4;

/** How long bytes wait to be joined by others, in milliseconds: a message for each read would cost more than its encoding. */
const GATHER_MS = 1;

/** This side of an answer that is read in another thread: gathers bytes into chunks, and tells what became of them. */
export class ThreadAnswer implements AnswerReader {
  readonly #listener: AnswerListener;
  readonly #thread: AnswerThread;
  #chunk: Uint8Array<SharedArrayBuffer> | null = null;
  /** Where the bytes in the chunk stand, and where the last of them ends. */
  #pieces: ChunkPiece[] = [];
  #length = 0;
  #underWay = 0;
  #timer: NodeJS.Timeout | null = null;
  #forDriver: Uint8Array[] = [];
  #isOver = false;

  constructor(listener: AnswerListener, thread: AnswerThread) {
    this.#listener = listener;
    this.#thread = thread;
  }

  get isFull(): boolean {
    return this.#underWay >= CHUNKS_UNDER_WAY;
  }

  push(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length && !this.#isOver;) {
      this.#chunk ??= new Uint8Array(this.#thread.takeChunk());
      const start = placeLike(bytes, taken, this.#length);
      const part = bytes.subarray(taken, taken + Math.max(0, this.#chunk.length - start));
      if (part.length > 0) {
        this.#chunk.set(part, start);
        this.#length = start + part.length;
        this.#pieces.push({ start, end: this.#length });
        taken += part.length;
      }
      if (taken < bytes.length) this.#send();
    }
    if (this.#length > 0) this.#sendSoon();
  }

  discard(): void {
    this.#thread.discard();
  }

  release(): void {
    if (this.#isOver) return;
    this.#end();
    this.#thread.release();
  }

  /** The thread's word on the oldest chunk that is under way. */
  receive({ batches, forDriver, hasEnded, rows, failure }: EncoderReply): void {
    if (this.#isOver) return;
    this.#underWay--;
    if (failure !== null) {
      this.fail(arrivedError(failure));
      return;
    }
    this.#forDriver.push(...forDriver);
    // Bytes behind the end are all for the driver, and reach it in their order: so it is told once none is under way.
    const isWholeEnd = hasEnded && this.#underWay === 0 && this.#length === 0;
    const piece = {
      batches: batches.map(batch => this.#toBatch(batch)),
      forDriver: hasEnded && !isWholeEnd ? [] : this.#forDriver,
      hasEnded: isWholeEnd,
      rows,
    };
    if (piece.forDriver === this.#forDriver) this.#forDriver = [];
    if (isWholeEnd) this.release();
    this.#listener.onPiece(piece);
  }

  /** Says that nothing more comes, and why. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.release();
    this.#listener.onFailure(error);
  }

  #toBatch({ bytes, length, rows }: SharedBatch): RowBatch {
    return { bytes: new Uint8Array(bytes, 0, length), rows, recycle: () => this.#thread.recycle(bytes) };
  }

  #send(): void {
    const chunk = this.#chunk;
    if (chunk === null) return;
    this.#underWay++;
    this.#thread.send(chunk.buffer, this.#pieces);
    this.#clear();
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // While the thread has others to do, this one may as well be filled.
      if (this.#underWay === 0) this.#send();
      else if (this.#length > 0) this.#sendSoon();
    }, GATHER_MS);
  }

  #end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#clear();
  }

  #clear(): void {
    this.#chunk = null;
    this.#pieces = [];
    this.#length = 0;
  }
}
