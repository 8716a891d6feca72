import type pg from 'pg';
import { throwIfCancelled, type ErrorContext, type RowBatch } from '@satchel/domain';
import { connect, type ConnectionSettings } from '../connection/index.js';
import type { OpenAnswer } from './answer-reader.js';
import { copyOut } from './copy-out.js';
import type { RowFormat } from './row-format.js';
import { toSourceError } from './source-error.js';

/** Where a cancelled statement takes the transaction back to, so that its snapshot and locks stay. */
const SAVEPOINT = 'satchel_read';

/** A cancel request may arrive after its statement has ended, and hit the next; so the way back is tried more than once. */
const ROLLBACK_ATTEMPTS = 3;

const CLOSE_TIMEOUT_MS = 5_000;

export interface ReadOptions {
  readonly signal: AbortSignal | undefined;
  /** Where rows are made of what the server sends. */
  readonly openAnswer: OpenAnswer;
}

/** A connection in a transaction that only reads. One statement runs on it at a time. */
export class ReadConnection {
  readonly client: pg.Client;
  readonly #signal: AbortSignal | undefined;
  readonly #stop: AbortController;
  readonly #openAnswer: OpenAnswer;
  #copying = false;

  private constructor(client: pg.Client, stop: AbortController, options: ReadOptions) {
    this.client = client;
    this.#stop = stop;
    this.#signal = options.signal;
    this.#openAnswer = options.openAnswer;
  }

  /** @throws BackupError as `connect` does */
  static async open(settings: ConnectionSettings, options: ReadOptions): Promise<ReadConnection> {
    const { signal } = options;
    throwIfCancelled(signal);
    // One's own, because a statement is also cancelled when its reader wants no more rows.
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const client = await connect(settings, {
        applicationName: 'satchel backup',
        signal: stop.signal,
        readOnly: true,
      });
      client.once('end', () => signal?.removeEventListener('abort', onAbort));
      return new ReadConnection(client, stop, options);
    } catch (error) {
      signal?.removeEventListener('abort', onAbort);
      throw toSourceError(error, { signal });
    }
  }

  /**
   * Begins the transaction. No snapshot is taken yet, unless one is given: locks come first, for a table that is
   * rewritten between snapshot and lock (`TRUNCATE`, some `ALTER TABLE`) looks empty to the snapshot.
   */
  async begin(snapshotId: string | null): Promise<void> {
    await this.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (snapshotId !== null) await this.run(`SET TRANSACTION SNAPSHOT '${requireSnapshotId(snapshotId)}'`);
    // A scan that starts where another one is would give the rows in another order.
    await this.run('SET LOCAL synchronize_seqscans = off');
  }

  /** Marks where a cancelled statement takes the transaction back to; after everything that must last. */
  async mark(): Promise<void> {
    await this.run(`SAVEPOINT ${SAVEPOINT}`);
  }

  async rollback(): Promise<void> {
    await this.run('ROLLBACK');
  }

  /** @throws BackupError */
  async run<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return this.use(async client => (await client.query<Row>(sql)).rows);
  }

  /** Lets something read on the connection. @throws BackupError whatever it throws */
  async use<T>(read: (client: pg.Client) => Promise<T>): Promise<T> {
    throwIfCancelled(this.#signal);
    try {
      return await read(this.client);
    } catch (error) {
      throw toSourceError(error, { signal: this.#signal });
    }
  }

  async *copyOut(
    sql: string,
    format: RowFormat,
    context: ErrorContext,
  ): AsyncGenerator<RowBatch, void, undefined> {
    let isDone = false;
    this.#copying = true;
    try {
      yield* copyOut(this.client, {
        sql,
        format,
        context,
        signal: this.#signal,
        openAnswer: this.#openAnswer,
        cancel: () => this.#stop.abort(),
      });
      isDone = true;
    } finally {
      if (!isDone && !this.#signal?.aborted) await this.#rollbackToMark();
      this.#copying = false;
    }
  }

  /** Never fails; a connection that is in use is cut. */
  async close(): Promise<void> {
    const { stream } = this.client.connection;
    if (this.#copying || this.#signal?.aborted) stream.destroy();
    const timer = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT_MS);
    try {
      await this.client.end();
    } catch {
      stream.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Where the connection is gone there is nothing to take back, and the reader has been told already. */
  async #rollbackToMark(): Promise<void> {
    for (let attempt = 1; attempt <= ROLLBACK_ATTEMPTS; attempt++) {
      try {
        await this.client.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`);
        return;
      } catch {
        continue;
      }
    }
  }
}

function requireSnapshotId(snapshotId: string): string {
  if (!/^[0-9A-F-]+$/.test(snapshotId)) throw new Error('Not a snapshot id of PostgreSQL.');
  return snapshotId;
}
