import { DatabaseProbe, type DatabaseStatus, type DefinitionNote } from '@satchel/domain';
import { connect, fromPostgresError, type ConnectionSettings } from './connection/index.js';
import { KEY_WITH_PASSWORD, whyUnfit } from './source/pg-dump-program.js';
import type { ProgramOptions } from './source/postgres-source.js';
import { WatchedPgDump } from './source/watched-pg-dump.js';

const STATUS_SQL = `
SELECT current_setting('server_version') AS version,
       current_database() AS database,
       current_user AS role,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS superuser,
       CASE WHEN has_database_privilege(current_database(), 'CONNECT')
            THEN pg_catalog.pg_database_size(current_database())::text END AS size_bytes`;

interface StatusRow {
  readonly version: string;
  readonly database: string;
  readonly role: string;
  readonly superuser: boolean | null;
  readonly size_bytes: string | null;
}

/** Asks a PostgreSQL server how it is, in one statement that takes no lock. */
export class PostgresProbe extends DatabaseProbe {
  readonly #pgDump: WatchedPgDump;

  constructor(
    private readonly settings: ConnectionSettings,
    { pgDump = 'pg_dump', programPath }: ProgramOptions = {},
  ) {
    super();
    this.#pgDump = new WatchedPgDump({ pgDump, programPath: programPath ?? null });
  }

  override async probe(signal?: AbortSignal): Promise<DatabaseStatus> {
    // Asked beside the server, so that nobody waits for both.
    const pgDump = this.#pgDump.version();
    const client = await connect(this.settings, {
      applicationName: 'satchel status',
      readOnly: true,
      signal,
    });
    try {
      const { rows } = await client.query<StatusRow>(STATUS_SQL);
      const [row] = rows;
      if (row === undefined) throw new Error('the server gave no row');
      // Debian adds its package's version in brackets.
      const version = row.version.split(' ')[0] ?? '';
      return {
        server: `PostgreSQL ${version}`,
        database: row.database,
        role: row.role,
        superuser: row.superuser === true,
        sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
        definition: this.#noteOf(await pgDump, version),
      };
    } catch (error) {
      throw fromPostgresError(error, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #noteOf(pgDump: string | null, serverVersion: string): DefinitionNote {
    const { program } = this.#pgDump;
    const reason =
      whyUnfit(pgDump, program, serverVersion) ??
      (this.settings.tls.keyPassword === null ? null : KEY_WITH_PASSWORD);
    return reason === null
      ? { included: true, tool: `pg_dump ${pgDump ?? ''}` }
      : { included: false, reason };
  }
}
