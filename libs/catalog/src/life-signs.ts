import { createHash } from 'node:crypto';
import pg from 'pg';
import { BackupError } from '@satchel/domain';
import { connectionOptions, type CatalogConnection } from './catalog-connection.js';

/** How long to wait before a lost connection is tried again, in milliseconds. */
const RECONNECT_AFTER_MS = 1_000;

/**
 * Shows other processes, on whatever host, which records this one is at work on: for each it holds an advisory lock, all
 * on one connection that does nothing else. When the process dies the server frees them. A connection that is lost
 * although the process lives is made again.
 */
export class LifeSigns {
  readonly #connection: CatalogConnection;
  readonly #held = new Set<string>();
  /** Being asked for at this moment: one session may take an advisory lock any number of times. */
  readonly #asked = new Set<string>();
  #client: Promise<pg.Client> | undefined;
  #turn = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** @throws BackupError `conflict` if another process, or this one, holds the lock; else the driver's error */
  async hold(lockKey: string): Promise<void> {
    if (await this.tryHold(lockKey)) return;
    throw new BackupError('conflict', 'This job is being worked on already. Wait for it to end.');
  }

  /** @returns false if another process, or this one, holds the lock. @throws the driver's error */
  async tryHold(lockKey: string): Promise<boolean> {
    if (this.#held.has(lockKey) || this.#asked.has(lockKey)) return false;
    this.#asked.add(lockKey);
    try {
      for (;;) {
        const connected = this.#connected();
        if (!(await this.#tryLock(await connected, lockKey))) return false;
        // If the connection has been lost since the server answered, so has the lock.
        if (this.#client !== connected) continue;
        this.#held.add(lockKey);
        return true;
      }
    } finally {
      this.#asked.delete(lockKey);
    }
  }

  /** Never throws: a lock that cannot be freed on a broken connection is free. */
  async release(lockKey: string): Promise<void> {
    if (!this.#held.delete(lockKey)) return;
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    await this.#inTurn(() => client.query('SELECT pg_advisory_unlock($1)', [lockKey])).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#held.clear();
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(connectionOptions(this.#connection));
    const onEnd = (): void => this.#lost();
    client.on('error', () => undefined);
    try {
      await client.connect();
      client.once('end', onEnd);
      // The connection is idle for as long as the job lasts. A host that vanishes is noticed within about a minute.
      await client.query(
        'SET idle_session_timeout = 0; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3',
      );
      // A lock that another process has taken meanwhile is lost: its holder is at work on the record now.
      for (const lockKey of this.#held) await this.#tryLock(client, lockKey);
      return client;
    } catch (error) {
      client.off('end', onEnd);
      this.#client = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async #tryLock(client: pg.Client, lockKey: string): Promise<boolean> {
    const asked = this.#inTurn(() =>
      client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [lockKey]),
    );
    return (await asked).rows[0]?.locked ?? false;
  }

  /** One question at a time: a connection takes no second one before it has answered the first. */
  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const asked = this.#turn.then(ask);
    this.#turn = asked.then(
      () => undefined,
      () => undefined,
    );
    return asked;
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#closed || this.#held.size === 0) return;
    this.#retry = setTimeout(() => {
      this.#connected().catch(() => this.#lost());
    }, RECONNECT_AFTER_MS).unref();
  }
}

/** The advisory lock of a job: 64 bits of a digest, as PostgreSQL's bigint. */
export function lockKeyOf(jobId: string): string {
  return createHash('sha256').update(`satchel job ${jobId}`).digest().readBigInt64BE(0).toString();
}
