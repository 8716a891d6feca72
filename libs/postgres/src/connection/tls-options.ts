import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type PeerCertificate,
} from 'node:tls';
import { BackupError } from '@satchel/domain';
import type { TlsSettings } from './connection-settings.js';
import { localSystem, type LocalSystem } from './local-system.js';

/**
 * Turns TLS settings into Node's, with libpq's meaning: the chain is checked whenever there is a root certificate,
 * whatever the mode (so `require` with one is `verify-ca`), the host's name only in `verify-full`.
 *
 * @param host the name that the certificate must carry, as the person wrote it: never a resolved address
 * @throws BackupError `validation_error` if a certificate, key or root file is missing, unreadable or open to others
 */
export function tlsOptions(
  settings: TlsSettings,
  host: string,
  system: LocalSystem = localSystem,
): ConnectionOptions {
  const authorities = readAuthorities(settings, system);
  const mustVerify = settings.mode === 'verify-ca' || settings.mode === 'verify-full';
  if (authorities === null && mustVerify) {
    throw new BackupError(
      'validation_error',
      `sslmode=${settings.mode} needs the certificate of the server's authority, and ${settings.rootCertificate} does ` +
        'not exist. Put it there, name it with sslrootcert, or use sslrootcert=system for the authorities this machine trusts.',
      { setting: 'sslrootcert', value: settings.rootCertificate },
    );
  }
  return {
    secureContext: secureContext(settings, authorities, system),
    rejectUnauthorized: authorities !== null,
    checkServerIdentity: (_name, certificate) =>
      settings.mode === 'verify-full' ? checkHost(host, certificate) : undefined,
    // RFC 6066 forbids addresses here.
    ...(settings.sendServerName && isIP(host) === 0 && !host.startsWith('/') ? { servername: host } : {}),
    ...(settings.negotiation === 'direct' ? { ALPNProtocols: ['postgresql'] } : {}),
  };
}

function readAuthorities(settings: TlsSettings, system: LocalSystem): string[] | null {
  if (settings.rootCertificate === 'system') {
    const trusted = getCACertificates('system');
    // A slim container image has no certificates of its own; Node brings Mozilla's list.
    return trusted.length > 0 ? trusted : getCACertificates('bundled');
  }
  if (system.stat(settings.rootCertificate) === null) return null;
  return [readFile(system, settings.rootCertificate, 'sslrootcert')];
}

function secureContext(
  settings: TlsSettings,
  authorities: string[] | null,
  system: LocalSystem,
): ReturnType<typeof createSecureContext> {
  const hasCertificate = settings.sendCertificate && system.stat(settings.certificate) !== null;
  const hasRevocationList = authorities !== null && system.stat(settings.revocationList) !== null;
  const certificate = hasCertificate
    ? {
        cert: readFile(system, settings.certificate, 'sslcert'),
        key: readKey(system, settings.key),
        ...(settings.keyPassword === null ? {} : { passphrase: settings.keyPassword.reveal() }),
      }
    : {};
  try {
    return createSecureContext({
      minVersion: settings.minVersion,
      ...(settings.maxVersion === null ? {} : { maxVersion: settings.maxVersion }),
      ...(authorities === null ? {} : { ca: authorities }),
      ...(hasRevocationList ? { crl: readFile(system, settings.revocationList, 'sslcrl') } : {}),
      ...certificate,
    });
  } catch (error) {
    const files = [
      ...(authorities === null ? [] : [`sslrootcert ${settings.rootCertificate}`]),
      ...(hasCertificate ? [`sslcert ${settings.certificate}`, `sslkey ${settings.key}`] : []),
      ...(hasRevocationList ? [`sslcrl ${settings.revocationList}`] : []),
    ];
    throw new BackupError(
      'validation_error',
      `The TLS files cannot be used (${files.join(', ')}): they must be PEM, belong together, and sslpassword must open the key.`,
      { setting: 'sslcert' },
      { cause: error },
    );
  }
}

/** A key that others may read is refused, with libpq's rule: 0600, or 0640 where it belongs to root. */
function readKey(system: LocalSystem, path: string): string {
  const facts = system.stat(path);
  if (facts === null) {
    throw new BackupError(
      'validation_error',
      `There is a client certificate but no private key: ${path} does not exist. Name it with sslkey.`,
      { setting: 'sslkey', value: path },
    );
  }
  if (facts.kind !== 'file' || (facts.mode & (facts.ownerId === 0 ? 0o027 : 0o077)) !== 0) {
    throw new BackupError(
      'validation_error',
      `Others may read the private key ${path}: chmod 0600 it (or 0640 if it belongs to root).`,
      { setting: 'sslkey', value: path },
    );
  }
  return readFile(system, path, 'sslkey');
}

function readFile(system: LocalSystem, path: string, setting: string): string {
  try {
    return system.readText(path);
  } catch (error) {
    throw new BackupError(
      'validation_error',
      `The file ${path} cannot be read. Check ${setting} and the file's permissions.`,
      { setting, value: path },
      { cause: error },
    );
  }
}

function checkHost(host: string, certificate: PeerCertificate): Error | undefined {
  const error = checkServerIdentity(host, certificate);
  if (error === undefined) return undefined;
  // libpq also takes an address that an old certificate carries as its common name.
  const { CN: commonName } = certificate.subject;
  return certificate.subjectaltname === undefined && commonName === host ? undefined : error;
}
