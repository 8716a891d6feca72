import { BackupError } from '@satchel/domain';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { CatalogConnection } from './catalog-connection.js';
import { toCatalogError } from './catalog-error.js';
import { catalogDataSource } from './data-source.js';
import { DeadJobs } from './dead-jobs.js';
import { LifeSigns } from './life-signs.js';
import { OwnJobs } from './own-jobs.js';
import { PreparedNames } from './prepared-names.js';
import { runMigrations } from './run-migrations.js';

export interface CatalogDatabaseOptions {
  /** Connections that the pool opens at most; one command at a shell needs few, a server as many as it answers at once. */
  readonly poolSize?: number;
}

const DEFAULT_POOL_SIZE = 3;

/** A statement with its values. With a name, a connection prepares it once and then only runs it. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
}

/** A connection of the pool in somebody's hands. */
export interface BorrowedClient {
  readonly client: PoolClient;
  /** Gives it back; with a failure it is closed instead of used again. */
  readonly release: (failure?: Error) => void;
}

/**
 * The database of the catalog, as one process has it: a pool of connections to tables that are up to date, and the
 * process' signs of life. Everything that keeps something in schema `satchel` is built on one instance of it.
 *
 * It connects, and migrates, when it is first asked for something, so that one can be made where the database may be out
 * of reach. After a failure the next question tries again.
 */
export class CatalogDatabase {
  /** Shows others that this process is at work on a job. */
  readonly lifeSigns: LifeSigns;
  /** What this process alone knows of jobs. */
  readonly ownJobs = new OwnJobs();
  /** Names statements on these connections. */
  readonly preparedNames = new PreparedNames();
  /** Finds the jobs of processes that have died. */
  readonly deadJobs = new DeadJobs(this);
  readonly #connection: CatalogConnection;
  readonly #poolSize: number;
  #dataSource: Promise<DataSource> | undefined;
  #closed = false;

  constructor(connection: CatalogConnection, { poolSize = DEFAULT_POOL_SIZE }: CatalogDatabaseOptions = {}) {
    this.#connection = connection;
    this.#poolSize = poolSize;
    this.lifeSigns = new LifeSigns(connection);
  }

  /** Connects now, and brings the tables up to date. Safe to call again, also after it failed. @throws as `ask` does */
  async open(): Promise<void> {
    await this.dataSource();
  }

  /** The connected `DataSource`, for what speaks TypeORM; it is closed by `close` here alone. @throws as `ask` does */
  dataSource(): Promise<DataSource> {
    return this.ask(dataSource => Promise.resolve(dataSource));
  }

  /**
   * Asks the database something.
   *
   * @throws BackupError `unavailable`: out of reach or read-only; `permission_error`: the role may not make the schema
   *   `satchel`; `validation_error`: wrong user, password or database; `unsupported`: a newer version's catalog; what
   *   `question` throws of ours stays as it is
   */
  async ask<T>(question: (dataSource: DataSource) => Promise<T>): Promise<T> {
    if (this.#closed) throw new BackupError('system_error', 'The catalog has been closed.');
    try {
      this.#dataSource ??= this.#connect();
      return await question(await this.#dataSource);
    } catch (error) {
      throw toCatalogError(error);
    }
  }

  /** Runs one parameterised statement on the driver's own pool, past TypeORM. @throws as `ask` does */
  query<Row extends QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> {
    return this.ask(dataSource => poolOf(dataSource).query<Row>(asked(statement)));
  }

  /**
   * Runs `work` in one transaction of READ COMMITTED, which sees what others commit meanwhile. A connection that fails
   * half way is not used again.
   *
   * @throws as `ask` does
   */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.ask(async () => {
      const { client, release } = await this.connect();
      let lost: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => (lost = failure));
        throw error;
      } finally {
        release(lost);
      }
    });
  }

  /** A connection for whoever keeps it for longer than a query. @throws as `ask` does */
  async connect(): Promise<BorrowedClient> {
    const client = await this.ask(dataSource => poolOf(dataSource).connect());
    // Whoever uses it learns of a lost connection from the query that fails; without a listener it ends the process.
    const onError = (): void => undefined;
    client.on('error', onError);
    return {
      client,
      release: failure => {
        client.off('error', onError);
        client.release(failure);
      },
    };
  }

  /** Ends all signs of life and connections; what was built on it can be used no more. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.lifeSigns.close();
    const dataSource = await this.#dataSource?.catch(() => undefined);
    this.#dataSource = undefined;
    if (dataSource?.isInitialized) await dataSource.destroy();
  }

  async #connect(): Promise<DataSource> {
    const dataSource = catalogDataSource(this.#connection, this.#poolSize);
    try {
      await dataSource.initialize();
      await runMigrations(dataSource);
      return dataSource;
    } catch (error) {
      this.#dataSource = undefined;
      if (dataSource.isInitialized) await dataSource.destroy().catch(() => undefined);
      throw error;
    }
  }
}

function asked({ text, values, name }: Statement): { text: string; values: unknown[]; name?: string } {
  return { text, values: [...(values ?? [])], ...(name === undefined ? {} : { name }) };
}

/** The pool that TypeORM has made; its driver does not say of which type. */
function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}
