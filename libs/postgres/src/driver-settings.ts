import type { ConnectionOptions } from 'node:tls';
import { connect, type ConnectionSettings } from './connection/index.js';

/** A connection as node-postgres and what is built on it (TypeORM) are told of it. */
export interface DriverSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: () => string;
  readonly ssl: ConnectionOptions | false;
}

/**
 * Finds out how a database is reached, for libraries that know fewer ways than `connect`: which host answers, and
 * whether with TLS. Connects once, and closes that connection.
 *
 * @throws BackupError as `connect` does
 */
export async function driverSettings(
  settings: ConnectionSettings,
  signal?: AbortSignal,
): Promise<DriverSettings> {
  const client = await connect(settings, { applicationName: 'satchel', readOnly: true, signal });
  const { host, port, ssl } = client;
  await client.end().catch(() => undefined);
  const answered = settings.hosts.find(candidate => candidate.port === port) ?? settings.hosts[0];
  return {
    host,
    port,
    user: settings.user,
    database: settings.database,
    password: () => answered?.password?.reveal() ?? '',
    ssl: typeof ssl === 'object' ? ssl : false,
  };
}
