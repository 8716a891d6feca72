import { isAbsolute, join } from 'node:path';
import { isIP } from 'node:net';
import { BackupError, Secret } from '@satchel/domain';
import {
  CONNECTION_KEYWORDS,
  SSL_MODES,
  TARGET_SESSION_ATTRS,
  TLS_VERSIONS,
  type SslMode,
  type TargetSessionAttrs,
  type TlsVersion,
} from './connection-keywords.js';
import { localSystem, type LocalSystem } from './local-system.js';
import { parseConninfo, showKeyword } from './parse-conninfo.js';
import { findPassword } from './password-file.js';
import { readService } from './service-file.js';

/** One server to try. */
export interface HostSettings {
  /** A name, an IP address, or the folder of a Unix socket (then it begins with `/`). */
  readonly host: string;
  /** The address to use instead of asking the resolver for `host`. */
  readonly address: string | null;
  readonly port: number;
  readonly password: Secret<string> | null;
}

export interface TlsSettings {
  readonly mode: SslMode;
  readonly negotiation: 'postgres' | 'direct';
  /** A file, or `system` for the certificate authorities that the machine trusts. */
  readonly rootCertificate: string;
  readonly certificate: string;
  readonly key: string;
  readonly keyPassword: Secret<string> | null;
  readonly revocationList: string;
  readonly sendCertificate: boolean;
  readonly sendServerName: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion | null;
}

/** How the server may ask who we are, as in libpq's `require_auth`. */
export const AUTHENTICATION_METHODS = ['none', 'password', 'md5', 'scram-sha-256'] as const;
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/** All that is needed to reach a database. Printing it shows no password. */
export interface ConnectionSettings {
  readonly hosts: readonly HostSettings[];
  readonly randomOrder: boolean;
  readonly targetSessionAttrs: TargetSessionAttrs;
  readonly user: string;
  readonly database: string;
  readonly tls: TlsSettings;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  /** null: any. */
  readonly allowedAuthentication: readonly AuthenticationMethod[] | null;
  /** For each address; 0 waits for ever. */
  readonly connectTimeoutMs: number;
  readonly keepAlive: boolean;
  /** 0: the operating system's. */
  readonly keepAliveIdleMs: number;
  readonly applicationName: string | null;
  readonly fallbackApplicationName: string | null;
  /** `-c name=value …` for the server; null for none. */
  readonly options: string | null;
  /** What a person should know, e.g. a password file that was not used. */
  readonly warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 5432;

// libpq waits as long as the operating system does, which is minutes; a backup that cannot start should say so.
const DEFAULT_CONNECT_TIMEOUT_S = 30;

const SOCKET_FOLDERS = ['/var/run/postgresql', '/run/postgresql', '/tmp'];

/**
 * Reads `DATABASE_URL` as psql would: a URI or `keyword=value` pairs, completed by a connection service, the `PG*`
 * variables, a password file and libpq's defaults, in this order.
 *
 * Differences from libpq: a connection is given up after 30 s where no `connect_timeout` is set; `client_encoding` is
 * taken and then always UTF8; what node-postgres cannot do (GSSAPI, OAuth, `requirepeer`, …) is refused by name.
 *
 * @param text   the connection string; empty means that the environment says it all
 * @param env    where `PG*` variables and `HOME` are looked up
 * @param system files, user and home folder of the machine
 * @throws BackupError `validation_error` that names the keyword or variable at fault, never a password
 */
export function parseConnectionString(
  text: string,
  env: Environment,
  system: LocalSystem = localSystem,
): ConnectionSettings {
  const values = new ConnectionValues(text, env, system);
  const home = env['HOME'] ?? system.homeDirectory();
  const warnings: string[] = [];

  const user = values.nonEmpty('user') ?? system.userName();
  const database = values.nonEmpty('dbname') ?? user;
  const password = values.nonEmpty('password');
  const passwordFile = values.nonEmpty('passfile') ?? join(home, '.pgpass');

  const hosts = readHosts(values, system).map(host => {
    if (password !== null) return { ...host, password: new Secret(password) };
    const found = findPassword(system, passwordFile, {
      // Lines for a local socket say localhost.
      host: SOCKET_FOLDERS.includes(host.host) ? 'localhost' : host.host,
      port: host.port,
      database,
      user,
    });
    if (found.ignored !== null && !warnings.includes(found.ignored)) warnings.push(found.ignored);
    return { ...host, password: found.password === null ? null : new Secret(found.password) };
  });

  const connectTimeoutS = values.integer('connect_timeout') ?? DEFAULT_CONNECT_TIMEOUT_S;
  return {
    hosts,
    randomOrder: values.get('load_balance_hosts') === 'random',
    targetSessionAttrs: values.oneOf('target_session_attrs', TARGET_SESSION_ATTRS) ?? 'any',
    user,
    database,
    tls: readTls(values, home),
    channelBinding: values.oneOf('channel_binding', ['disable', 'prefer', 'require'] as const) ?? 'prefer',
    allowedAuthentication: readAllowedAuthentication(values),
    connectTimeoutMs: Math.max(connectTimeoutS, 0) * 1000,
    keepAlive: values.get('keepalives') !== '0',
    keepAliveIdleMs: Math.max(values.integer('keepalives_idle') ?? 0, 0) * 1000,
    applicationName: values.nonEmpty('application_name'),
    fallbackApplicationName: values.nonEmpty('fallback_application_name'),
    options: values.nonEmpty('options'),
    warnings,
  };
}

/** Looks keywords up in the string, then the service, then the environment; checks all of them first. */
class ConnectionValues {
  readonly #given: ReadonlyMap<string, string>;
  readonly #service: ReadonlyMap<string, string>;

  constructor(
    text: string,
    private readonly env: Environment,
    system: LocalSystem,
  ) {
    this.#given = parseConninfo(text);
    this.#service = new Map();
    const service = this.nonEmpty('service');
    if (service !== null) {
      const own = this.nonEmpty('servicefile');
      const folder = env['PGSYSCONFDIR'];
      const home = env['HOME'] ?? system.homeDirectory();
      this.#service = readService(
        system,
        [own ?? join(home, '.pg_service.conf'), ...(folder ? [join(folder, 'pg_service.conf')] : [])],
        service,
      );
    }
    for (const keyword of [...this.#given.keys(), ...this.#service.keys()]) {
      if (!Object.hasOwn(CONNECTION_KEYWORDS, keyword)) throw unknownKeyword(keyword);
    }
    for (const keyword of Object.keys(CONNECTION_KEYWORDS)) this.#check(keyword);
  }

  get(keyword: string): string | null {
    const variable = CONNECTION_KEYWORDS[keyword]?.variable;
    const fromEnvironment = variable === undefined ? undefined : this.env[variable];
    return this.#given.get(keyword) ?? this.#service.get(keyword) ?? fromEnvironment ?? null;
  }

  nonEmpty(keyword: string): string | null {
    const value = this.get(keyword);
    return value === '' ? null : value;
  }

  oneOf<T extends string>(keyword: string, allowed: readonly T[]): T | null {
    const value = this.get(keyword);
    return allowed.find(candidate => candidate === value) ?? null;
  }

  integer(keyword: string): number | null {
    const value = this.nonEmpty(keyword);
    if (value === null) return null;
    if (!/^\s*[+-]?\d{1,9}\s*$/.test(value)) throw this.invalid(keyword, 'a whole number');
    return Number(value);
  }

  invalid(keyword: string, allowed: string): BackupError {
    const source = this.#sourceOf(keyword);
    return new BackupError(
      'validation_error',
      `${source} has the value ${JSON.stringify(this.get(keyword))}, which is not ${allowed}.`,
      { setting: source, value: this.get(keyword), allowed },
    );
  }

  refused(keyword: string, why: string): BackupError {
    const source = this.#sourceOf(keyword);
    return new BackupError('validation_error', `${source} cannot be used: ${why}.`, { setting: source });
  }

  #sourceOf(keyword: string): string {
    if (this.#given.has(keyword) || this.#service.has(keyword)) return keyword;
    return CONNECTION_KEYWORDS[keyword]?.variable ?? keyword;
  }

  #check(keyword: string): void {
    const value = this.get(keyword);
    const { values, refused } = CONNECTION_KEYWORDS[keyword] ?? {};
    if (value === null || values?.includes(value)) return;
    if (refused?.values.includes(value) || (refused?.values.includes('*') && value !== '')) {
      const shown = refused.values.includes('*') ? keyword : `${keyword}=${value}`;
      throw this.refused(keyword, `${shown} is not possible, because ${refused.why}`);
    }
    if (values !== undefined) {
      throw this.invalid(keyword, `one of ${values.filter(allowed => allowed !== '').join(', ')}`);
    }
  }
}

function unknownKeyword(keyword: string): BackupError {
  return new BackupError(
    'validation_error',
    `The connection string has the unknown parameter ${showKeyword(keyword)}. If it is part of a password, ` +
      'percent-encode the special characters in it ("?" is %3F, "@" is %40, "/" is %2F, "&" is %26).',
    { setting: 'DATABASE_URL', allowed: Object.keys(CONNECTION_KEYWORDS) },
  );
}

function readHosts(values: ConnectionValues, system: LocalSystem): readonly Omit<HostSettings, 'password'>[] {
  const hostText = values.nonEmpty('host');
  const addressText = values.nonEmpty('hostaddr');
  const portText = values.nonEmpty('port');
  const names = hostText?.split(',') ?? null;
  const addresses = addressText?.split(',') ?? null;
  const ports = portText?.split(',') ?? [''];

  if (names && addresses && names.length !== addresses.length) {
    throw values.invalid('hostaddr', `a list of ${names.length} addresses, one for each host`);
  }
  const count = names?.length ?? addresses?.length ?? 1;
  if (ports.length !== 1 && ports.length !== count) {
    throw values.invalid('port', `one port, or a list of ${count}, one for each host`);
  }

  return Array.from({ length: count }, (_, index) => {
    const port = readPort(values, ports[ports.length === 1 ? 0 : index] ?? '');
    const address = addresses?.[index] ?? '';
    if (address !== '' && isIP(address) === 0) throw values.invalid('hostaddr', 'a list of IP addresses');
    const name = names?.[index] ?? '';
    if (name.startsWith('@')) throw values.refused('host', 'abstract sockets are not supported');
    const host = name !== '' ? name : address !== '' ? address : defaultHost(system, port);
    return { host, address: address === '' ? null : address, port };
  });
}

function readPort(values: ConnectionValues, text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw values.invalid('port', 'a port between 1 and 65535');
  return port;
}

/** libpq has one folder built in; distributions differ in which, so the one with a socket in it is taken. */
function defaultHost(system: LocalSystem, port: number): string {
  const folder = SOCKET_FOLDERS.find(
    candidate => system.stat(`${candidate}/.s.PGSQL.${port}`)?.kind === 'socket',
  );
  return folder ?? 'localhost';
}

function readTls(values: ConnectionValues, home: string): TlsSettings {
  const own = (file: string): string => join(home, '.postgresql', file);
  const rootCertificate = values.nonEmpty('sslrootcert') ?? own('root.crt');
  const given = values.oneOf('sslmode', SSL_MODES);
  if (rootCertificate === 'system' && given !== null && given !== 'verify-full') {
    throw values.invalid('sslmode', 'strong enough for sslrootcert=system: use verify-full');
  }
  const mode = given ?? (rootCertificate === 'system' ? 'verify-full' : 'prefer');
  const negotiation = values.oneOf('sslnegotiation', ['postgres', 'direct'] as const) ?? 'postgres';
  if (negotiation === 'direct' && (mode === 'disable' || mode === 'allow' || mode === 'prefer')) {
    throw values.refused('sslnegotiation', `direct TLS needs sslmode=require or stronger, not ${mode}`);
  }
  const key = values.nonEmpty('sslkey') ?? own('postgresql.key');
  if (!isAbsolute(key) && key.includes(':')) {
    throw values.refused('sslkey', 'keys of OpenSSL engines are not supported; give a file');
  }
  const minVersion = values.oneOf('ssl_min_protocol_version', TLS_VERSIONS) ?? 'TLSv1.2';
  const maxVersion = values.oneOf('ssl_max_protocol_version', TLS_VERSIONS);
  if (maxVersion !== null && TLS_VERSIONS.indexOf(minVersion) > TLS_VERSIONS.indexOf(maxVersion)) {
    throw values.invalid('ssl_max_protocol_version', `at least the lowest version allowed, ${minVersion}`);
  }
  const keyPassword = values.nonEmpty('sslpassword');
  return {
    mode,
    negotiation,
    rootCertificate,
    certificate: values.nonEmpty('sslcert') ?? own('postgresql.crt'),
    key,
    keyPassword: keyPassword === null ? null : new Secret(keyPassword),
    revocationList: values.nonEmpty('sslcrl') ?? own('root.crl'),
    sendCertificate: values.get('sslcertmode') !== 'disable',
    sendServerName: values.get('sslsni') !== '0',
    minVersion,
    maxVersion,
  };
}

function readAllowedAuthentication(values: ConnectionValues): readonly AuthenticationMethod[] | null {
  const text = values.nonEmpty('require_auth');
  if (text === null) return null;
  const names = text.split(',').map(name => name.trim());
  const negated = names.every(name => name.startsWith('!'));
  const methods = names.map(name => {
    const bare = negated ? name.slice(1) : name;
    // Excluding a method that is never used here changes nothing; asking for it could never succeed.
    if (negated && ['gss', 'sspi', 'oauth'].includes(bare)) return null;
    const method = AUTHENTICATION_METHODS.find(candidate => candidate === bare);
    if (method === undefined) {
      throw values.invalid(
        'require_auth',
        `a list of ${AUTHENTICATION_METHODS.join(', ')}, all or none of them with "!"`,
      );
    }
    return method;
  });
  return negated
    ? AUTHENTICATION_METHODS.filter(method => !methods.includes(method))
    : methods.filter(method => method !== null);
}
