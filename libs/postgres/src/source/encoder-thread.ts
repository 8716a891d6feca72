import { Worker } from 'node:worker_threads';
import { BackupError } from '@satchel/domain';
import type { AnswerListener, AnswerReader } from './answer-reader.js';
import type { ChunkPiece, EncoderReply, EncoderRequest } from './encoder-messages.js';
import type { RowFormat } from './row-format.js';
import { ThreadAnswer } from './thread-answer.js';

const ENTRY = new URL('./encoder.thread.js', import.meta.url);

/** Bytes that are handed to the thread at a time, at most. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * A thread that makes rows of what connections receive, so that this one is free to receive and to digest. It serves any
 * number of answers at a time: encoding is quicker than all that comes after it.
 *
 * It keeps the process alive only while an answer is being read. Should it die, every answer that is being read fails as `system_error`.
 */
export class EncoderThread {
  readonly #worker: Worker;
  readonly #answers = new Map<number, ThreadAnswer>();
  /** Chunks to be filled again: all that were ever under way at a time. */
  readonly #spare: SharedArrayBuffer[] = [];
  /** Batches that the thread may fill again, and has not been told of. */
  #spareBatches: SharedArrayBuffer[] = [];
  #begun = 0;
  #death: BackupError | null = null;

  constructor() {
    this.#worker = new Worker(ENTRY, { name: 'satchel encoder' });
    this.#worker.on('message', (reply: EncoderReply) => this.#handleReply(reply));
    this.#worker.on('error', cause => this.#die(cause));
    this.#worker.on('exit', () => this.#die(undefined));
    // Last: to listen to messages keeps the process alive.
    this.#worker.unref();
  }

  /** Reads an answer in the thread: pieces come some time after the bytes were pushed. */
  readonly open = (format: RowFormat, listener: AnswerListener): AnswerReader => {
    const id = this.#begun++;
    const answer = new ThreadAnswer(listener, {
      takeChunk: () => this.#spare.pop() ?? new SharedArrayBuffer(CHUNK_BYTES),
      send: (chunk, pieces) => this.#sendChunk(id, chunk, pieces),
      discard: () => this.#post({ type: 'discard', answer: id }),
      recycle: batch => this.#spareBatches.push(batch),
      release: () => {
        this.#answers.delete(id);
        if (this.#answers.size === 0) this.#worker.unref();
        this.#post({ type: 'end', answer: id });
      },
    });
    this.#answers.set(id, answer);
    // A server that goes away closes every connection: then only the thread is left that an answer may still come from.
    this.#worker.ref();
    this.#post({ type: 'begin', answer: id, format });
    if (this.#death !== null) answer.fail(this.#death);
    return answer;
  };

  /** Ends the thread; what it was working on is lost. Safe to call twice. */
  async close(): Promise<void> {
    // Its end is waited for, perhaps by nothing else: without this the process would end first, and say nothing.
    this.#worker.ref();
    await this.#worker.terminate();
  }

  #sendChunk(answer: number, chunk: SharedArrayBuffer, pieces: readonly ChunkPiece[]): void {
    const spare = this.#spareBatches;
    this.#spareBatches = [];
    this.#post({ type: 'chunk', answer, chunk, pieces, spare });
  }

  #handleReply(reply: EncoderReply): void {
    this.#spare.push(reply.chunk);
    this.#answers.get(reply.answer)?.receive(reply);
  }

  #die(cause: unknown): void {
    this.#death ??= new BackupError(
      'system_error',
      'The thread that prepares rows has ended before its work was done. Try again; with little memory, close other programs first.',
      {},
      { cause },
    );
    for (const answer of this.#answers.values()) answer.fail(this.#death);
    this.#answers.clear();
  }

  #post(request: EncoderRequest): void {
    this.#worker.postMessage(request);
  }
}
