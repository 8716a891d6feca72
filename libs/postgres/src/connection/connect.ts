import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { BackupError, throwIfCancelled } from '@satchel/domain';
import pg from 'pg';
import { guardAuthentication } from './authentication-guard.js';
import { cancelOnAbort, type BackendKey, type ServerAddress } from './cancel-statement.js';
import type { TargetSessionAttrs } from './connection-keywords.js';
import type { ConnectionSettings, HostSettings } from './connection-settings.js';
import { fromPostgresError, isTlsError, sqlState } from './postgres-error.js';
import { openSessionSql } from './session-settings.js';
import { readingSocket } from './reading-socket.js';
import { tlsOptions } from './tls-options.js';

export interface ConnectOptions {
  /** Shown in `pg_stat_activity` where the settings give no name of their own. */
  readonly applicationName: string;
  /** Gives the connection up; later, cancels the statement that runs at that moment. */
  readonly signal?: AbortSignal | undefined;
  /** Transactions cannot write unless they say so. Default: they can, whatever server or role say. */
  readonly readOnly?: boolean | undefined;
}

/** The oldest server that is supported, as `server_version_num` counts. */
const OLDEST_VERSION = 140_000;

/**
 * Connects to the first of the hosts that answers and has the state asked for, with libpq's rules for TLS, and pins the
 * session's settings so that values have the text form of the archive format.
 *
 * The connection never brings the process down: when the server goes away, the statement that runs and all later ones
 * fail, and `fromPostgresError` makes `unavailable` of it. Close it with `end()`.
 *
 * @throws BackupError `unavailable` if no server can be reached, `validation_error` for a wrong password, role, database
 *   or TLS setting, `unsupported` for a server before 14, `cancelled` if the signal was raised
 */
export async function connect(settings: ConnectionSettings, options: ConnectOptions): Promise<pg.Client> {
  const { targetSessionAttrs: wanted } = settings;
  const passes: readonly TargetSessionAttrs[] = wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted];
  const failures: BackupError[] = [];
  for (const state of passes) {
    failures.length = 0;
    for (const host of inOrder(settings.hosts, settings.randomOrder)) {
      try {
        return await connectToHost(settings, host, state, options);
      } catch (error) {
        const failure = fromPostgresError(error, {
          host: host.host,
          port: host.port,
          signal: options.signal,
        });
        // A server that answered, and refused us, would have its reasons on the next host too.
        if (failure.kind !== 'unavailable') throw failure;
        failures.push(failure);
      }
    }
  }
  throw inSum(failures);
}

function inSum(failures: readonly BackupError[]): BackupError {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first;
  return new BackupError(
    'unavailable',
    `None of the database servers can be used. ${failures.map(failure => failure.message).join(' ')}`,
    { servers: failures.map(failure => failure.context) },
    { cause: first },
  );
}

function inOrder<T>(items: readonly T[], random: boolean): readonly T[] {
  if (!random) return items;
  return items
    .map(item => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

async function connectToHost(
  settings: ConnectionSettings,
  host: HostSettings,
  state: TargetSessionAttrs,
  options: ConnectOptions,
): Promise<pg.Client> {
  const context = { host: host.host, port: host.port, signal: options.signal };
  let failure: BackupError | null = null;
  for (const address of inOrder(await addressesOf(host), settings.randomOrder)) {
    try {
      return await connectToAddress(settings, host, address, state, options);
    } catch (error) {
      const next = fromPostgresError(error, context);
      if (next.kind !== 'unavailable') throw next;
      failure ??= next;
    }
  }
  throw (
    failure ?? new BackupError('unavailable', `The host ${host.host} has no address.`, { host: host.host })
  );
}

/** Names are resolved here, so that each address gets its try and its time, and certificates are held against the name. */
async function addressesOf(host: HostSettings): Promise<readonly string[]> {
  if (host.address !== null) return [host.address];
  if (host.host.startsWith('/') || isIP(host.host) !== 0) return [host.host];
  const found = await lookup(host.host, { all: true });
  return found.map(entry => entry.address);
}

/** Tries with TLS, without, or both in the order that `sslmode` says. */
async function connectToAddress(
  settings: ConnectionSettings,
  host: HostSettings,
  address: string,
  state: TargetSessionAttrs,
  options: ConnectOptions,
): Promise<pg.Client> {
  const { mode } = settings.tls;
  // As in libpq, sslmode means nothing on a Unix socket.
  const onlyPlain = mode === 'disable' || address.startsWith('/');
  const attempts = onlyPlain
    ? [false]
    : ({ allow: [false, true], prefer: [true, false] }[String(mode)] ?? [true]);
  let failure: unknown;
  for (const [index, withTls] of attempts.entries()) {
    try {
      const tls = withTls ? tlsOptions(settings.tls, host.host) : null;
      return await openSession(settings, host, address, tls, state, options);
    } catch (error) {
      if (index > 0) throw moreTelling(failure, error);
      if (attempts.length === 1 || !mayDifferByEncryption(error) || options.signal?.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Whether the same server might say something else with, or without, TLS: it speaks, and refuses this form. */
function mayDifferByEncryption(error: unknown): boolean {
  if (error instanceof BackupError) return false;
  const state = sqlState(error);
  if (state !== null) return state.startsWith('28');
  return (
    fromPostgresError(error).kind !== 'unavailable' || Reflect.get(Object(error), 'code') === 'ECONNRESET'
  );
}

/** Of two failures, the one that says more: "wrong password" more than "no pg_hba.conf entry" or "no TLS here". */
function moreTelling(first: unknown, second: unknown): unknown {
  return telling(second) > telling(first) ? second : first;
}

function telling(error: unknown): number {
  const state = sqlState(error);
  if (state !== null) return state === '28000' ? 1 : 3;
  if (isTlsError(Reflect.get(Object(error), 'code'))) return 2;
  return error instanceof BackupError || fromPostgresError(error).context['setting'] !== 'sslmode' ? 3 : 0;
}

async function openSession(
  settings: ConnectionSettings,
  host: HostSettings,
  address: string,
  tls: ConnectionOptions | null,
  state: TargetSessionAttrs,
  options: ConnectOptions,
): Promise<pg.Client> {
  const { signal } = options;
  throwIfCancelled(signal);
  const client = new pg.Client({
    host: address,
    port: host.port,
    user: settings.user,
    database: settings.database,
    // Asked for only when the server wants one; a function also keeps the driver from looking for one elsewhere.
    password: () => {
      if (host.password !== null) return host.password.reveal();
      throw new BackupError(
        'validation_error',
        `The database server ${host.host}:${host.port} asks for a password and there is none: add it to DATABASE_URL, ` +
          'PGPASSWORD or a password file.',
        { setting: 'DATABASE_URL', host: host.host, port: host.port },
      );
    },
    // TLS reads the socket by itself, and into buffers of its own.
    ...(tls === null ? { stream: readingSocket } : {}),
    ssl: tls ?? false,
    sslnegotiation: tls === null ? 'postgres' : settings.tls.negotiation,
    enableChannelBinding: settings.channelBinding === 'require',
    keepAlive: settings.keepAlive,
    keepAliveInitialDelayMillis: settings.keepAliveIdleMs,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    application_name: settings.applicationName ?? settings.fallbackApplicationName ?? options.applicationName,
    ...(settings.options === null ? {} : { options: settings.options }),
  });
  // The statement at hand gets the error too; without a listener it would also end the process.
  client.on('error', () => undefined);
  guardAuthentication(client, settings);
  const keys: BackendKey[] = [];
  client.connection.once('backendKeyData', (key: BackendKey) => keys.push(key));
  const giveUp = (): void => {
    client.connection.stream.destroy();
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    await startSession(client, host, state, options.readOnly ?? false);
    throwIfCancelled(signal);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  const [key] = keys;
  if (signal !== undefined && key !== undefined) {
    cancelOnAbort(client, serverAddress(host, address, tls, settings), key, signal);
  }
  return client;
}

function serverAddress(
  host: HostSettings,
  address: string,
  tls: ConnectionOptions | null,
  settings: ConnectionSettings,
): ServerAddress {
  const target = address.startsWith('/')
    ? { path: `${address}/.s.PGSQL.${host.port}` }
    : { host: address, port: host.port };
  return { target, tls, negotiation: settings.tls.negotiation };
}

interface ServerState {
  readonly version_number: number;
  readonly version: string;
  readonly read_only: boolean;
  readonly standby: boolean;
}

async function startSession(
  client: pg.Client,
  host: HostSettings,
  wanted: TargetSessionAttrs,
  readOnly: boolean,
): Promise<void> {
  // Several statements give a list of results, which the driver's types do not say.
  const results: pg.QueryResult<ServerState> | readonly pg.QueryResult<ServerState>[] =
    await client.query<ServerState>(openSessionSql(readOnly));
  const server = [results].flat()[0]?.rows[0];
  if (server === undefined) throw new Error('The server did not say which version it is.');
  if (server.version_number < OLDEST_VERSION) {
    throw new BackupError(
      'unsupported',
      `The database server ${host.host}:${host.port} is PostgreSQL ${server.version}; version 14 or newer is needed.`,
      { host: host.host, port: host.port, version: server.version },
    );
  }
  if (!hasState(server, wanted)) {
    throw new BackupError(
      'unavailable',
      `The database server ${host.host}:${host.port} is ${server.standby ? 'a standby' : 'a primary'}${
        server.read_only ? ' that is read-only' : ''
      }, not ${wanted} as target_session_attrs asks for.`,
      { host: host.host, port: host.port, setting: 'target_session_attrs', value: wanted },
    );
  }
}

function hasState(server: ServerState, wanted: TargetSessionAttrs): boolean {
  const writable = !server.read_only && !server.standby;
  switch (wanted) {
    case 'read-write':
      return writable;
    case 'read-only':
      return !writable;
    case 'primary':
      return !server.standby;
    case 'standby':
      return server.standby;
    case 'any':
    case 'prefer-standby':
      return true;
  }
}
