import type pg from 'pg';
import {
  BackupError,
  ScratchServer,
  type NewScratch,
  type Relation,
  type ScratchChecks,
  type ScratchDatabase,
  type TrialWrite,
} from '@satchel/domain';
import { connect, fromPostgresError, sqlState, type ConnectionSettings } from '../connection/index.js';
import { quoteIdentifier } from '../quote-identifier.js';
import { PostgresSource } from '../source/index.js';
import { PostgresTarget } from '../target/index.js';
import { validateConstraints, writeTrialRows } from './check-scratch.js';
import { makeDefinition } from './make-definition.js';
import { readDefinition, type DefinitionStatement } from './read-definition.js';

/** The first of the two numbers that name our advisory locks on scratch databases; spells "SAT2". */
const LOCK_CLASS = 0x53415432;

const PREFIX = 'satchel_drill_';

/** How the protected database sorts and spells: rows must be equal in the scratch database where they are in it. */
const LOCALE = `
  SELECT pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate, d.datctype AS ctype,
    to_jsonb(d) ->> 'datlocprovider' AS provider,
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
  FROM pg_database AS d WHERE d.datname = current_database()`;

interface LocaleRow {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly provider: string | null;
  readonly locale: string | null;
}

/**
 * Makes scratch databases on the protected database's server, or on another one.
 *
 * While a drill lasts, a connection holds an advisory lock that has the database's name in it. The lock ends with its
 * process, however that ends, and `pg_locks` shows those of all databases of a server: so whoever looks can tell a database
 * that is in use from one that was left behind.
 */
export class PostgresScratchServer extends ScratchServer {
  /**
   * @param live   the protected database
   * @param server a database of the server that scratch databases are made on
   */
  constructor(
    private readonly live: ConnectionSettings,
    private readonly server: ConnectionSettings = live,
  ) {
    super();
  }

  override async create(scratch: NewScratch, signal?: AbortSignal): Promise<ScratchDatabase> {
    const { locale, statements, leftOut } = await this.#readLive(scratch, signal);
    const id = scratch.drillId.replaceAll('-', '');
    const name = `${PREFIX}${id}`;
    // No signal: what is stopped is dropped all the same.
    const keeper = await connect(this.server, { applicationName: 'satchel drill' });
    const database = new PostgresScratchDatabase(
      name,
      keeper,
      this.server,
      leftOut,
      scratch.definition !== null,
    );
    try {
      // Before the database: one that is there without a lock is taken for left behind.
      await keeper.query('SELECT pg_catalog.pg_advisory_lock($1, $2)', [LOCK_CLASS, lockNumber(id)]);
      await createDatabase(keeper, name, locale);
      await database.define(statements, signal);
      return database;
    } catch (error) {
      await database.drop();
      throw fromPostgresError(error, { signal });
    }
  }

  override async sweep(): Promise<number> {
    const client = await connect(this.server, { applicationName: 'satchel drill' });
    let dropped = 0;
    try {
      const { rows } = await client.query<{ name: string; number: number; mine: boolean }>(
        `SELECT datname::text AS name, pg_has_role(datdba, 'USAGE') AS mine FROM pg_catalog.pg_database
         WHERE datname ~ '^${PREFIX}[0-9a-f]{32}$'`,
      );
      for (const { name, mine } of rows) {
        const held = await client.query(
          `SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid
             AND objid = ($2::bigint & 4294967295)::oid AND objsubid = 2`,
          [LOCK_CLASS, lockNumber(name.slice(PREFIX.length))],
        );
        if (!mine || held.rowCount !== 0) continue;
        await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
        dropped += 1;
      }
      return dropped;
    } catch (error) {
      throw fromPostgresError(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #readLive({ relations, definition }: NewScratch, signal: AbortSignal | undefined) {
    const client = await connect(this.live, { applicationName: 'satchel drill', signal, readOnly: true });
    try {
      const { rows } = await client.query<LocaleRow>(LOCALE);
      const [locale] = rows as [LocaleRow];
      if (definition !== null) {
        const own: DefinitionStatement = {
          what: "the backup's own definition",
          sql: definition,
          required: true,
        };
        return { locale, statements: [own], leftOut: [] };
      }
      return { locale, ...(await readDefinition(client, relations)) };
    } catch (error) {
      throw fromPostgresError(error, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

class PostgresScratchDatabase implements ScratchDatabase {
  readonly target: PostgresTarget;
  readonly source: PostgresSource;
  readonly leftOut: string[];
  readonly #settings: ConnectionSettings;
  #dropped = false;

  constructor(
    readonly name: string,
    private readonly keeper: pg.Client,
    private readonly server: ConnectionSettings,
    leftOut: readonly string[],
    private readonly fromBackup: boolean,
  ) {
    this.#settings = { ...server, database: name };
    this.target = new PostgresTarget(this.#settings);
    this.source = new PostgresSource(this.#settings);
    this.leftOut = [...leftOut];
  }

  get definitionFrom(): ScratchDatabase['definitionFrom'] {
    return this.fromBackup ? 'backup' : 'live database';
  }

  async define(statements: readonly DefinitionStatement[], signal?: AbortSignal): Promise<void> {
    this.leftOut.push(...(await this.#use(signal, client => makeDefinition(client, statements, signal))));
  }

  validate(signal?: AbortSignal): Promise<ScratchChecks> {
    return this.#use(signal, client => validateConstraints(client, signal));
  }

  writeRows(relations: readonly Relation[], signal?: AbortSignal): Promise<readonly TrialWrite[]> {
    return this.#use(signal, client => writeTrialRows(client, relations, signal));
  }

  async drop(): Promise<void> {
    if (this.#dropped) return;
    this.#dropped = true;
    const sql = `DROP DATABASE IF EXISTS ${quoteIdentifier(this.name)} WITH (FORCE)`;
    try {
      await this.keeper.query(sql).catch(async (error: unknown) => {
        // The connection may have been lost since; without it nobody else knows that the database is in use.
        if (sqlState(error) !== null && !sqlState(error)?.startsWith('57')) throw error;
        const client = await connect(this.server, { applicationName: 'satchel drill' });
        await client.query(sql).finally(() => client.end());
      });
    } catch (error) {
      throw fromPostgresError(error);
    } finally {
      await this.keeper.end().catch(() => undefined);
    }
  }

  async #use<T>(signal: AbortSignal | undefined, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await connect(this.#settings, { applicationName: 'satchel drill', signal });
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function createDatabase(keeper: pg.Client, name: string, locale: LocaleRow): Promise<void> {
  const { encoding, collate, ctype, provider, locale: named } = locale;
  const literal = keeper.escapeLiteral.bind(keeper);
  const create = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING ${literal(encoding)}`;
  const libc = ` LC_COLLATE ${literal(collate)} LC_CTYPE ${literal(ctype)}`;
  const own =
    provider === 'i'
      ? ` LOCALE_PROVIDER icu ICU_LOCALE ${literal(named ?? 'und')}`
      : provider === 'b'
        ? ` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(named ?? 'C')}`
        : '';
  try {
    await keeper.query(`${create}${own}${libc}`);
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    const { rows } = await keeper.query<{ role: string }>('SELECT quote_ident(current_user) AS role');
    const grant = `ALTER ROLE ${rows[0]?.role ?? 'CURRENT_USER'} CREATEDB;`;
    throw new BackupError(
      'permission_error',
      `A drill needs a scratch database, and the role may not make one. Run as an administrator: ${grant} ` +
        'Or set DRILL_DATABASE_URL to another server where it may.',
      { setting: 'DRILL_DATABASE_URL', remedies: [grant] },
      { cause: error },
    );
  }
}

/** The lock's second number: 32 bits of the drill's id, as PostgreSQL's integers count. */
function lockNumber(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) | 0;
}
