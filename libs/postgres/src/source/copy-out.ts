import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { BackupError, throwIfCancelled, type ErrorContext, type RowBatch } from '@satchel/domain';
import { borrowReads, returnReads } from '../connection/reading-socket.js';
import { readHere, type AnswerListener, type AnswerReader, type OpenAnswer } from './answer-reader.js';
import type { AnswerPiece } from './copy-answer.js';
import { formatOption, type RowFormat } from './row-format.js';
import { toSourceError } from './source-error.js';

export interface CopyOutOptions {
  /** `COPY … TO STDOUT`, without options. */
  readonly sql: string;
  /** Of the columns, in the order in which the statement names them. */
  readonly format: RowFormat;
  readonly signal?: AbortSignal | undefined;
  /** Asks the server to cancel the statement, once rows are no longer wanted; without it the rest is read and dropped. */
  readonly cancel?: (() => void) | undefined;
  /** Where rows are made of what the server sends: in this thread, unless it says so. */
  readonly openAnswer?: OpenAnswer | undefined;
  /** What a person should know of an error: the table. */
  readonly context?: ErrorContext | undefined;
}

/**
 * Runs a `COPY … TO STDOUT`, as text or in binary, and yields its rows as lines of the archive. Nothing else may run on the connection
 * meanwhile. The socket is read only as fast as batches are taken.
 *
 * Returning early waits until the statement has ended; where it was cancelled, its transaction has failed back to its
 * last savepoint. An aborted signal closes the connection.
 *
 * @throws BackupError `cancelled` once the signal is aborted, `unavailable` if the connection ends before the rows do or
 *   fewer rows came than the server counted, and what the server's error means otherwise
 */
export async function* copyOut(
  client: pg.Client,
  options: CopyOutOptions,
): AsyncGenerator<RowBatch, void, undefined> {
  const { signal } = options;
  throwIfCancelled(signal);
  const copy = new CopyStatement(options);
  const onAbort = (): void => {
    client.connection.stream.destroy();
    copy.wake();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    client.query(copy);
    for (;;) {
      throwIfCancelled(signal);
      const batch = await copy.nextBatch();
      if (batch === null) return;
      yield batch;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!copy.hasEnded && !signal?.aborted) {
      options.cancel?.();
      await copy.discardRest();
    }
    copy.release();
  }
}

/** Batches that wait for the consumer before the socket is no longer read. */
const MAX_WAITING_BATCHES = 2;

type DataListener = (chunk: Uint8Array) => void;

/**
 * A statement of the driver's queue that reads the socket itself while rows come: the driver would make an object of
 * each row. What is not a row goes to the driver's own parser, which then calls the `handle…` methods.
 */
class CopyStatement implements pg.Submittable, AnswerListener {
  readonly #options: CopyOutOptions;
  readonly #answer: AnswerReader;
  readonly #waiting: RowBatch[] = [];
  #stream: Duplex | null = null;
  #driver: readonly DataListener[] = [];
  #rows = 0;
  #paused = false;
  #discarding = false;
  #ended = false;
  #failure: BackupError | null = null;
  #wake: (() => void) | null = null;

  constructor(options: CopyOutOptions) {
    this.#options = options;
    this.#answer = (options.openAnswer ?? readHere)(options.format, this);
  }

  /** Whether the server has nothing more to say about the statement. */
  get hasEnded(): boolean {
    return this.#ended || this.#failure !== null;
  }

  async nextBatch(): Promise<RowBatch | null> {
    for (;;) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) {
        this.#resume();
        return batch;
      }
      if (this.#failure !== null) throw this.#failure;
      if (this.#ended) return null;
      throwIfCancelled(this.#options.signal);
      this.#resume();
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** Reads to the statement's end, however it ends, and keeps nothing. */
  async discardRest(): Promise<void> {
    this.#discarding = true;
    this.#answer.discard();
    this.#waiting.length = 0;
    while (!this.hasEnded) {
      this.#resume();
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets go of what is under way. */
  release(): void {
    this.#answer.release();
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  submit(connection: pg.Connection): void {
    const stream = connection.stream;
    this.#stream = stream;
    this.#driver = stream.listeners('data') as DataListener[];
    for (const listener of this.#driver) stream.removeListener('data', listener);
    stream.on('data', this.#onData);
    borrowReads(stream);
    connection.query(this.#options.sql + formatOption(this.#options.format));
  }

  handleCommandComplete(message: { readonly text: string }): void {
    const counted = /^COPY (\d+)$/.exec(message.text)?.[1];
    if (this.#discarding || counted === String(this.#rows)) return;
    this.#fail(
      new BackupError(
        'unavailable',
        `The server counted ${counted ?? 'no'} rows and ${this.#rows} arrived; the connection cannot be trusted. Try again.`,
      ),
    );
  }

  handleReadyForQuery(): void {
    this.#ended = true;
    this.wake();
  }

  handleError(error: unknown): void {
    this.#giveBack();
    this.#fail(error);
  }

  // The driver asks every statement for these; none of them comes in answer to a COPY.
  handleEmptyQuery(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}

  onPiece({ batches, forDriver, hasEnded, rows }: AnswerPiece): void {
    this.#rows = rows;
    if (!this.#discarding) this.#waiting.push(...batches);
    // After the last row, or at an error, all that follows is for the driver.
    if (hasEnded) this.#giveBack();
    for (const bytes of forDriver) this.#tellDriver(bytes);
    if (this.#waiting.length < MAX_WAITING_BATCHES) this.#resume();
    if (batches.length > 0 || hasEnded) this.wake();
  }

  onFailure(error: unknown): void {
    this.#fail(error);
    this.#stream?.destroy();
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#answer.push(chunk);
    if (this.#answer.isFull || this.#waiting.length >= MAX_WAITING_BATCHES) this.#pause();
  };

  #giveBack(): void {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    returnReads(stream);
    stream.removeListener('data', this.#onData);
    for (const listener of this.#driver) stream.on('data', listener);
    if (this.#paused) stream.resume();
    this.#paused = false;
  }

  #tellDriver(bytes: Uint8Array): void {
    const copy = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const listener of this.#driver) listener(copy);
  }

  #fail(error: unknown): void {
    this.#failure ??= toSourceError(error, this.#options);
    this.wake();
  }

  #pause(): void {
    if (this.#paused || this.#stream === null) return;
    this.#paused = true;
    this.#stream.pause();
  }

  #resume(): void {
    if (!this.#paused || this.#answer.isFull) return;
    if (!this.#discarding && this.#waiting.length >= MAX_WAITING_BATCHES) return;
    this.#paused = false;
    this.#stream?.resume();
  }
}
