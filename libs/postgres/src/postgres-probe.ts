import { DatabaseProbe, type DatabaseStatus } from '@satchel/domain';
import { connect, fromPostgresError, type ConnectionSettings } from './connection/index.js';

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
  constructor(private readonly settings: ConnectionSettings) {
    super();
  }

  override async probe(signal?: AbortSignal): Promise<DatabaseStatus> {
    const client = await connect(this.settings, {
      applicationName: 'satchel status',
      readOnly: true,
      signal,
    });
    try {
      const { rows } = await client.query<StatusRow>(STATUS_SQL);
      const [row] = rows;
      if (row === undefined) throw new Error('the server gave no row');
      return {
        // Debian adds its package's version in brackets.
        server: `PostgreSQL ${row.version.split(' ')[0] ?? ''}`,
        database: row.database,
        role: row.role,
        superuser: row.superuser === true,
        sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
      };
    } catch (error) {
      throw fromPostgresError(error, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
