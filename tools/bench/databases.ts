import { changeSchool, fillSchool, migrateSchool, type SchoolChange } from '@satchel/demo-school';
import pg from 'pg';
import type { BenchServer } from './bench-server.ts';

/** Names of the databases that are made once; copies of them are made for every run that writes. */
export const SCHOOL = 'school';
export const CHANGED_SCHOOL = 'changed school';
export const EMPTY_SCHOOL = 'empty school';

/** How much a database holds. */
export interface DatabaseSize {
  readonly rows: number;
  /** Of the tables without their indexes, on disk. */
  readonly tableBytes: number;
  readonly indexBytes: number;
}

/** What the server has written to its log of changes (WAL) between two moments. */
export interface WalWritten {
  readonly bytes: number;
  /** Whole pages, as the first change to a page after a checkpoint takes; in `bytes` too. */
  readonly pageImages: number;
}

/** Makes, copies, measures and removes databases of the benchmark's server. */
export class Databases {
  readonly #server: BenchServer;

  constructor(server: BenchServer) {
    this.#server = server;
  }

  url(name: string): string {
    return this.#server.url(name);
  }

  /** The schema with its indexes and keys; the tables are empty, the list of migrations too. */
  async makeEmptySchool(): Promise<void> {
    await this.create(EMPTY_SCHOOL);
    await migrateSchool(this.url(EMPTY_SCHOOL));
    await this.run(EMPTY_SCHOOL, 'TRUNCATE typeorm_migrations');
  }

  async makeSchool(students: number, name = SCHOOL): Promise<void> {
    await this.create(name);
    await migrateSchool(this.url(name));
    await fillSchool(this.url(name), { students });
    await this.run(name, 'VACUUM (ANALYZE)');
  }

  async makeChangedSchool(change: SchoolChange): Promise<void> {
    await this.create(CHANGED_SCHOOL, SCHOOL);
    await changeSchool(this.url(CHANGED_SCHOOL), change);
    await this.run(CHANGED_SCHOOL, 'VACUUM (ANALYZE)');
  }

  /** Makes a database, empty or as a copy of another; a copy takes the files and so writes little WAL. */
  async create(name: string, template = 'template0'): Promise<void> {
    await this.run(
      'postgres',
      `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}` +
        (this.#server.major >= 15 ? ' STRATEGY file_copy' : ''),
    );
  }

  async drop(name: string): Promise<void> {
    await this.run('postgres', `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }

  /** Writes out what is in memory, so that no run pays for the one before it. */
  async settle(): Promise<void> {
    await this.run('postgres', 'CHECKPOINT');
  }

  /** Counts rows exactly, by reading them. */
  async size(name: string): Promise<DatabaseSize> {
    return this.#connected(name, async client => {
      const { rows: tables } = await client.query<{ table: string; heap: string; indexes: string }>(
        `SELECT oid::regclass::text AS table, pg_table_size(oid) AS heap, pg_indexes_size(oid) AS indexes
         FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      );
      let rows = 0;
      for (const { table } of tables) {
        const counted = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
        rows += Number(counted.rows[0]?.count);
      }
      const sum = (column: 'heap' | 'indexes'): number =>
        tables.reduce((total, table) => total + Number(table[column]), 0);
      return { rows, tableBytes: sum('heap'), indexBytes: sum('indexes') };
    });
  }

  /** Bytes that a row of each table takes, on the average. */
  async rowBytes(name: string): Promise<ReadonlyMap<string, number>> {
    return this.#connected(name, async client => {
      const { rows } = await client.query<{ table: string; bytes: number }>(
        `SELECT relname AS table, pg_relation_size(oid) / reltuples AS bytes
         FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 0`,
      );
      return new Map(rows.map(({ table, bytes }) => [table, bytes]));
    });
  }

  /** A number for the content of all tables, the same for equal rows in whatever order. */
  async fingerprint(name: string): Promise<string> {
    return this.#connected(name, async client => {
      const { rows: tables } = await client.query<{ table: string }>(
        `SELECT oid::regclass::text AS table FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
      );
      const parts: string[] = [];
      for (const { table } of tables) {
        const { rows } = await client.query<{ print: string }>(
          `SELECT concat(count(*), ' ', sum(hashtextextended(t::text, 0))) AS print FROM ${table} t`,
        );
        parts.push(`${table} ${rows[0]?.print}`);
      }
      return parts.join('\n');
    });
  }

  /** Runs something and says how much WAL the server wrote meanwhile. */
  async walOf<T>(work: () => Promise<T>): Promise<{ result: T; wal: WalWritten }> {
    const before = await this.#wal();
    const result = await work();
    const after = await this.#wal();
    return {
      result,
      wal: { bytes: after.bytes - before.bytes, pageImages: after.pageImages - before.pageImages },
    };
  }

  async #wal(): Promise<WalWritten> {
    return this.#connected('postgres', async client => {
      const { rows } = await client.query<{ bytes: string; images: string }>(
        `SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes, wal_fpi AS images FROM pg_stat_wal`,
      );
      return { bytes: Number(rows[0]?.bytes), pageImages: Number(rows[0]?.images) };
    });
  }

  async run(name: string, statement: string): Promise<void> {
    await this.#connected(name, async client => {
      await client.query(statement);
    });
  }

  async #connected<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.url(name) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
