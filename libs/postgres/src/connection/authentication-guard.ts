import { BackupError } from '@satchel/domain';
import type pg from 'pg';
import type { AuthenticationMethod, ConnectionSettings } from './connection-settings.js';

/**
 * Ends a connection before it answers to a way of logging in that the settings do not allow (`require_auth`), or to one
 * that does not prove the TLS channel where `channel_binding=require` asks for it. Call it before `client.connect()`:
 * its listeners must run before the driver's own, which send the password.
 */
export function guardAuthentication(
  client: pg.Client,
  settings: Pick<ConnectionSettings, 'allowedAuthentication' | 'channelBinding'>,
): void {
  const { allowedAuthentication, channelBinding } = settings;
  let asked = false;

  const check = (method: AuthenticationMethod, bound: boolean): void => {
    if (allowedAuthentication !== null && !allowedAuthentication.includes(method)) {
      refuse(
        'require_auth',
        `it asks for the method ${method}, and require_auth allows ${allowedAuthentication.join(', ')}`,
      );
    } else if (channelBinding === 'require' && !bound) {
      refuse(
        'channel_binding',
        'it does not bind the log-in to the TLS connection, as channel_binding=require asks for',
      );
    }
  };
  const refuse = (setting: string, reason: string): void => {
    client.connection.stream.destroy(
      new BackupError('validation_error', `The database server was refused: ${reason}.`, { setting }),
    );
  };

  client.connection.on('authenticationCleartextPassword', () => {
    asked = true;
    check('password', false);
  });
  client.connection.on('authenticationMD5Password', () => {
    asked = true;
    check('md5', false);
  });
  client.connection.on('authenticationSASL', (message: { readonly mechanisms: readonly string[] }) => {
    asked = true;
    check('scram-sha-256', message.mechanisms.includes('SCRAM-SHA-256-PLUS'));
  });
  client.connection.on('authenticationOk', () => {
    if (!asked) check('none', false);
  });
}
