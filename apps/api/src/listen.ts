import type { INestApplication } from '@nestjs/common';
import { BackupError } from '@satchel/domain';
import type { ServerConfig } from '@satchel/wiring';

/**
 * Opens the server's port.
 *
 * @throws BackupError `conflict` if it is taken, `permission_error`, `validation_error` for a host that is not this machine's
 */
export async function listen(
  app: INestApplication,
  { host, port }: Pick<ServerConfig, 'host' | 'port'>,
): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (thrown) {
    throw explain(thrown, host, port);
  }
}

function explain(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const options = { cause: thrown };
  switch (code) {
    case 'EADDRINUSE':
      return new BackupError(
        'conflict',
        `Port ${port} of ${host} is taken: another program listens there, or this server runs already. End it, or set PORT to another one.`,
        { setting: 'PORT' },
        options,
      );
    case 'EACCES':
      return new BackupError(
        'permission_error',
        `Port ${port} may not be used by this user. Set PORT to one above 1023.`,
        { setting: 'PORT' },
        options,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new BackupError(
        'validation_error',
        `${host} is no address of this machine. Set HOST to one that is, or to 0.0.0.0 for all.`,
        { setting: 'HOST' },
        options,
      );
    default:
      return thrown;
  }
}
