import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

declare module 'pg' {
  // The driver has them since 8.0; its type declarations do not.
  interface Client {
    ref(): void;
    unref(): void;
  }
}

/** Any number that nothing else locks on: "lease" on a telephone's keys. */
const LOCK = 53273;

/** How long the last user waits for connections that are about to end, its own pools' among them. */
const LEAVING_MS = 3_000;

const POLL_MS = 25;

/**
 * A process' claim on a shared server: a connection that holds a shared advisory lock. The server itself keeps the
 * count, and a claim ends with its process however that ends.
 */
export class Lease {
  readonly #client: pg.Client;

  private constructor(
    client: pg.Client,
    /** The server's data folder as it says itself. */
    readonly dataFolder: string,
  ) {
    this.#client = client;
  }

  /**
   * @param url of the database all users of the server agree on
   * @throws the driver's error if the server is not there, or is just being stopped
   */
  static async take(url: string, connectTimeoutMs: number): Promise<Lease> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'satchel embedded server in use',
    });
    // The server may be stopped under us by force; whoever uses it sees that on connections of its own.
    client.on('error', () => undefined);
    let dataFolder: string;
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [LOCK]);
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      dataFolder = rows[0]?.data_directory ?? '';
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    // A process that forgets to give it back can end nevertheless.
    client.unref();
    return new Lease(client, dataFolder);
  }

  /**
   * Gives the claim back, and runs `stop` if nobody else has one or is connected. A claim that somebody takes meanwhile
   * waits, and fails when the server stops.
   */
  async giveBack(stop: () => Promise<void>): Promise<void> {
    this.#client.ref();
    try {
      if (await this.#isLast()) await stop();
    } catch (error) {
      // Gone already: somebody has stopped it by force.
      if (!isConnectionLoss(error)) throw error;
    } finally {
      await this.#client.end().catch(() => undefined);
    }
  }

  async #isLast(): Promise<boolean> {
    await this.#client.query('SELECT pg_advisory_unlock_shared($1)', [LOCK]);
    const { rows } = await this.#client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      LOCK,
    ]);
    if (rows[0]?.mine !== true) return false;
    const end = Date.now() + LEAVING_MS;
    for (;;) {
      const others = await this.#client.query(
        `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`,
      );
      if (others.rowCount === 0) return true;
      if (Date.now() > end) return false;
      await delay(POLL_MS);
    }
  }
}

/** Whether a driver's error says that the connection is gone or was refused, rather than that a statement is wrong. */
function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P)/.test(code) ||
    /^E[A-Z]+$/.test(code) ||
    /Connection terminated|not queryable/i.test(error.message)
  );
}
