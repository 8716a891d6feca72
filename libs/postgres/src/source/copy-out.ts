import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { BackupError, throwIfCancelled, type ErrorContext, type RowBatch } from '@satchel/domain';
import { borrowReads, returnReads } from '../connection/reading-socket.js';
import { MessageRuns } from './message-runs.js';
import { encoderOf, formatOption, type RowFormat } from './row-format.js';
import type { RowsEncoder } from './rows-encoder.js';
import { toSourceError } from './source-error.js';

export interface CopyOutOptions {
  /** `COPY … TO STDOUT`, without options. */
  readonly sql: string;
  /** Of the columns, in the order in which the statement names them. */
  readonly format: RowFormat;
  readonly signal?: AbortSignal | undefined;
  /** Asks the server to cancel the statement, once rows are no longer wanted; without it the rest is read and dropped. */
  readonly cancel?: (() => void) | undefined;
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
  }
}

/** Batches that wait for the consumer before the socket is no longer read. */
const MAX_WAITING_BATCHES = 2;

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const COPY_OUT_RESPONSE = 0x48;
/** What comes before the end of the rows; the last three are notices, notifications and changed parameters. */
const BELONGS_TO_COPY: ReadonlySet<number> = new Set([
  COPY_DATA,
  COPY_DONE,
  COPY_OUT_RESPONSE,
  0x4e,
  0x41,
  0x53,
]);

type DataListener = (chunk: Uint8Array) => void;

/**
 * A statement of the driver's queue that reads the socket itself while rows come: the driver would make an object of
 * each row. What is not a row goes to the driver's own parser, which then calls the `handle…` methods.
 */
class CopyStatement implements pg.Submittable {
  readonly #options: CopyOutOptions;
  readonly #encoder: RowsEncoder;
  readonly #runs: MessageRuns;
  readonly #waiting: RowBatch[] = [];
  #stream: Duplex | null = null;
  #driver: readonly DataListener[] = [];
  #paused = false;
  #discarding = false;
  #ended = false;
  #failure: BackupError | null = null;
  #wake: (() => void) | null = null;

  constructor(options: CopyOutOptions) {
    this.#options = options;
    this.#encoder = encoderOf(options.format);
    this.#runs = new MessageRuns((source, start, end) => this.#handleRun(source, start, end));
  }

  /** Whether the server has nothing more to say about the statement. */
  get hasEnded(): boolean {
    return this.#ended || this.#failure !== null;
  }

  async nextBatch(): Promise<RowBatch | null> {
    for (;;) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) {
        if (this.#waiting.length < MAX_WAITING_BATCHES) this.#resume();
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
    this.#waiting.length = 0;
    while (!this.hasEnded) {
      this.#resume();
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
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
    if (this.#discarding || counted === String(this.#encoder.rows)) return;
    this.#fail(
      new BackupError(
        'unavailable',
        `The server counted ${counted ?? 'no'} rows and ${this.#encoder.rows} arrived; the connection cannot be trusted. Try again.`,
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

  readonly #onData = (chunk: Uint8Array): void => {
    try {
      this.#runs.push(chunk);
    } catch (error) {
      this.#fail(error);
      this.#stream?.destroy();
      return;
    }
    if (this.#discarding) return;
    const full = this.#encoder.takeFull();
    if (full.length === 0) return;
    this.#waiting.push(...full);
    if (this.#waiting.length >= MAX_WAITING_BATCHES) this.#pause();
    this.wake();
  };

  /** @returns where it stopped, which is where a message is not whole; or -1 once the rest is the driver's */
  #handleRun(source: Uint8Array, start: number, end: number): number {
    if (this.#stream === null) {
      this.#tellDriver(source.subarray(start, end));
      return -1;
    }
    for (let at = start; ;) {
      at = this.#discarding ? skipRows(source, at, end) : this.#encoder.encode(source, at, end);
      const type = source[at];
      if (type === undefined || at === end) return at;
      if (!BELONGS_TO_COPY.has(type)) {
        this.#endRows(source.subarray(at, end));
        return -1;
      }
      const messageEnd = endOfMessage(source, at, end);
      if (messageEnd === null) return at;
      if (type === COPY_DONE) {
        this.#endRows(source.subarray(messageEnd, end));
        return -1;
      }
      if (type !== COPY_OUT_RESPONSE) this.#tellDriver(source.subarray(at, messageEnd));
      at = messageEnd;
    }
  }

  /** After the last row, or at an error, all that follows is for the driver. */
  #endRows(rest: Uint8Array): void {
    if (!this.#discarding) this.#waiting.push(...this.#encoder.takeAll());
    this.#giveBack();
    this.#tellDriver(rest);
    this.wake();
  }

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
    if (bytes.length === 0) return;
    // A copy: the driver's parser keeps what it was given.
    const copy = Buffer.from(bytes);
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
    if (!this.#paused) return;
    this.#paused = false;
    this.#stream?.resume();
  }
}

function endOfMessage(source: Uint8Array, at: number, end: number): number | null {
  if (at + 5 > end) return null;
  const messageEnd = at + 1 + new DataView(source.buffer, source.byteOffset).getInt32(at + 1);
  return messageEnd > end ? null : messageEnd;
}

function skipRows(source: Uint8Array, start: number, end: number): number {
  let at = start;
  while (source[at] === COPY_DATA) {
    const messageEnd = endOfMessage(source, at, end);
    if (messageEnd === null) break;
    at = messageEnd;
  }
  return at;
}
