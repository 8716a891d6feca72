import { BackupError, throwIfCancelled, type ErrorContext, type ErrorKind } from '@satchel/domain';

/** What the caller knows and the server does not say: the real table behind a staging table, the host, … */
export type PostgresErrorContext = ErrorContext & {
  readonly schema?: string;
  readonly table?: string;
  readonly signal?: AbortSignal | undefined;
};

/** The fields of a server's error that are looked at. */
interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly where: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  readonly dataType: string | undefined;
}

const MAX_KEY_LENGTH = 200;

/**
 * Turns whatever the driver or the server threw into a `BackupError`.
 *
 * - A wrong password, role, database or TLS setting is a setting to correct (`validation_error`): trying again does not
 *   help. A server that is away, starting, full or out of connections is `unavailable`: trying again does.
 * - A row that the server refused is `restore_failed`. Neither message, context nor cause holds a value of it except its
 *   key: the server's own texts for such errors quote values, so they are replaced.
 *
 * @param context added to the error's; its schema and table replace those that the server names
 */
export function fromPostgresError(thrown: unknown, context: PostgresErrorContext = {}): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const { signal, ...known } = context;
  if (signal?.aborted) {
    try {
      throwIfCancelled(signal);
    } catch (cancelled) {
      if (cancelled instanceof BackupError) return cancelled;
    }
  }
  const server = asServerError(thrown);
  return server === null ? fromDriverError(thrown, known) : fromServerError(server, known);
}

/** The SQLSTATE of a server's error, or null. */
export function sqlState(thrown: unknown): string | null {
  return asServerError(thrown)?.code ?? null;
}

function asServerError(thrown: unknown): ServerError | null {
  if (!(thrown instanceof Error)) return null;
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' ? value : undefined;
  };
  const code = text('code');
  // Only a server's error has a severity; Node's own have codes too, `EPIPE` among them, which looks like an SQLSTATE.
  if (code === undefined || text('severity') === undefined) return null;
  return {
    code,
    message: thrown.message,
    detail: text('detail'),
    where: text('where'),
    schema: text('schema'),
    table: text('table'),
    column: text('column'),
    constraint: text('constraint'),
    dataType: text('dataType'),
  };
}

type Rule = readonly [kind: ErrorKind, advice: string];

const SETTING = 'Check DATABASE_URL.';
const NOTHING_CHANGED = 'Nothing was changed.';

/** By SQLSTATE, else by its first two characters. */
const RULES: Readonly<Record<string, Rule>> = {
  '08': ['unavailable', 'Check that the server runs and can be reached, then try again.'],
  '0A': ['unsupported', ''],
  '22': ['restore_failed', NOTHING_CHANGED],
  '23': ['restore_failed', NOTHING_CHANGED],
  '25006': [
    'validation_error',
    'The database is read-only: connect to the primary server (target_session_attrs=read-write).',
  ],
  '28': ['validation_error', `${SETTING} User, password and the server's pg_hba.conf must agree.`],
  '3D000': ['validation_error', `${SETTING} It names a database that does not exist.`],
  '40': ['conflict', 'Another session changed the same rows at the same time. Try again.'],
  '42501': [
    'permission_error',
    'Grant the role what is missing, or connect as one that may, for instance the owner of the tables.',
  ],
  '53': ['unavailable', 'The server is short of resources. Try again later.'],
  '53100': ['unavailable', 'The disk of the database server is full: free some space, then try again.'],
  '53200': ['unavailable', 'The database server is out of memory. Try again later.'],
  '53300': [
    'unavailable',
    'The server has no connection left: close some, raise max_connections, or use fewer jobs.',
  ],
  '54': ['restore_failed', NOTHING_CHANGED],
  '55P03': ['conflict', 'Another session holds a lock on it. Try again later.'],
  '57014': ['cancelled', NOTHING_CHANGED],
  '57P01': [
    'unavailable',
    'The server was shut down, or the connection ended by an administrator. Try again.',
  ],
  '57P02': ['unavailable', 'The server crashed and is restarting. Try again.'],
  '57P03': ['unavailable', 'The server is starting, stopping or recovering. Try again in a moment.'],
  '57P04': ['unavailable', 'The database was dropped.'],
  '57P05': ['unavailable', 'The connection was idle for too long. Try again.'],
  '58': ['unavailable', 'The database server has trouble with its files; see its log.'],
  P0001: ['restore_failed', NOTHING_CHANGED],
};

function fromServerError(server: ServerError, known: ErrorContext): BackupError {
  const [kind, advice] = RULES[server.code] ?? RULES[server.code.slice(0, 2)] ?? ['system_error', ''];
  if (kind === 'restore_failed') return refusedRow(server, known, advice);
  const context = { sqlState: server.code, ...places(server), ...known };
  const message = `${capitalised(server.message)}. ${advice}`.trimEnd();
  return new BackupError(kind, message, context, { cause: withoutValues(server, server.message) });
}

function refusedRow(server: ServerError, known: ErrorContext, advice: string): BackupError {
  const line = copyPlace(server.where);
  const place = { ...line, ...places(server), ...known };
  const key = typeof known['key'] === 'string' ? known['key'] : keyOf(server);
  const context = { sqlState: server.code, ...place, ...(key === null ? {} : { key }) };
  const table = tableLabel(place);
  const column = typeof place['column'] === 'string' ? `, column ${place['column']}` : '';
  const shownKey = key === null ? '' : `, key ${key}`;
  const reason = reasonOf(server);
  return new BackupError(
    'restore_failed',
    `The database refused a row${table === '' ? '' : ` of ${table}`}${shownKey}${column}: ${reason}. ${advice}`.trimEnd(),
    { ...context, reason },
    { cause: withoutValues(server, reason) },
  );
}

function tableLabel(place: ErrorContext): string {
  const { schema, table } = place;
  if (typeof table !== 'string') return '';
  return typeof schema === 'string' && schema !== '' ? `${schema}.${table}` : table;
}

function places(server: ServerError): Record<string, string> {
  const { schema, table, column, constraint } = server;
  return {
    ...(schema ? { schema } : {}),
    ...(table ? { table } : {}),
    ...(column ? { column } : {}),
    ...(constraint ? { constraint } : {}),
  };
}

/** `COPY t, line 5, column id: "…"`: all but the value. Names are the server's; the words may be translated. */
function copyPlace(where: string | undefined): Record<string, string | number> {
  const found = /^COPY ([^,]+), [^\d,]*(\d+)(?:, [^\s,]+ ([^:,]+))?/m.exec(where ?? '');
  if (found === null) return {};
  const [, table, line, column] = found;
  return {
    ...(table === undefined ? {} : { table }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined ? {} : { column: column.trim() }),
  };
}

/** `(a, b)=(1, 2)` of a key's error. Other details quote the whole row, and are never looked at. */
function keyOf(server: ServerError): string | null {
  if (!['23505', '23503', '23P01'].includes(server.code)) return null;
  const key = /\(.+?\)=\(.*?\)(?=[^()]*(?:$|\(.+?\)=\())/s.exec(server.detail ?? '')?.[0];
  if (key === undefined) return null;
  return key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
}

const REASONS: Readonly<Record<string, string>> = {
  '22001': 'a text is longer than its column allows',
  '22003': 'a number is out of the range of its type',
  '22007': 'a date or time is not one',
  '22008': 'a date or time is out of range',
  '22021': "a text is not valid in the database's encoding",
  '22P02': 'a text is not a value of the type',
  '22P03': 'a binary value is not one of the type',
  '22P05': "a character does not exist in the database's encoding",
  '22P04': 'the row does not have the form that the table needs',
  '23502': 'a required value is missing',
  '23503': 'a foreign key is broken',
  '23505': 'the value of a unique key is there already',
  '23514': 'a check constraint is broken',
  '23P01': 'an exclusion constraint is broken',
  '54000': 'a value is too large for an index or a row',
  P0001: 'a trigger or function of the database raised an error',
};

function reasonOf(server: ServerError): string {
  const reason = REASONS[server.code] ?? `a value does not fit (SQLSTATE ${server.code})`;
  // Everything between quotes may be a value; a type's name stands outside of them.
  const unquoted = server.message.replace(/"[^]*"/g, '');
  const type = server.code.startsWith('22')
    ? /\btype ([a-z][a-z0-9_ ]*(?:\(\d+(?:,\d+)?\))?)/.exec(unquoted)?.[1]
    : undefined;
  const named = server.constraint ? ` (${server.constraint})` : '';
  return `${reason}${type === undefined ? '' : ` (${type.trim()})`}${named}`;
}

/** The server's error for the log: its code and a text without values, and no row's detail. */
function withoutValues(server: ServerError, message: string): Error {
  return Object.assign(new Error(message), { name: 'PostgresError', code: server.code });
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there: is the server running, and the port right?',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name is not known: is it spelled right?',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no answer in time: is there a firewall in between?',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  EADDRNOTAVAIL: 'no local address is left to connect from',
  EMFILE: 'this process has too many files open',
  ENOENT: 'there is no socket: is the server running?',
  EACCES: 'the socket may not be used by this user',
};

function fromDriverError(thrown: unknown, known: ErrorContext): BackupError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  const options = { cause: thrown };
  const at = serverLabel(known);
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new BackupError('cancelled', 'Stopped before it was done; nothing was changed.', known, options);
  }
  const unreachable = typeof code === 'string' ? UNREACHABLE[code] : undefined;
  if (unreachable !== undefined) {
    return new BackupError(
      'unavailable',
      `The database server${at} is out of reach: ${unreachable}`,
      known,
      options,
    );
  }
  if (message === 'timeout expired') {
    const reason = UNREACHABLE['ETIMEDOUT'] ?? '';
    return new BackupError(
      'unavailable',
      `The database server${at} is out of reach: ${reason}`,
      known,
      options,
    );
  }
  if (/connection terminated|connection error and is not queryable|client was closed/i.test(message)) {
    return new BackupError(
      'unavailable',
      `The connection to the database server${at} was lost. Check that the server runs, then try again.`,
      known,
      options,
    );
  }
  if (/server does not support SSL connections/.test(message)) {
    return new BackupError(
      'validation_error',
      `The database server${at} does not offer TLS, which sslmode asks for. Turn it on there, or use sslmode=prefer.`,
      { setting: 'sslmode', ...known },
      options,
    );
  }
  if (isTlsError(code)) {
    return new BackupError(
      'validation_error',
      `The TLS connection to the database server${at} failed: ${message}. Check sslmode, sslrootcert and the server's certificate.`,
      { setting: 'sslmode', ...known },
      options,
    );
  }
  if (message.startsWith('SASL')) {
    return new BackupError(
      'validation_error',
      `The database server${at} did not accept the log-in: ${message}. ${SETTING}`,
      { setting: 'DATABASE_URL', ...known },
      options,
    );
  }
  return new BackupError(
    'system_error',
    `Unexpected error of the database driver: ${message}`,
    known,
    options,
  );
}

/** OpenSSL's verification results (`CERT_HAS_EXPIRED`, …) and Node's own codes. */
export function isTlsError(code: unknown): boolean {
  return (
    typeof code === 'string' &&
    /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERROR_IN_C)/.test(
      code,
    )
  );
}

function serverLabel(known: ErrorContext): string {
  const { host, port } = known;
  return typeof host === 'string' ? ` ${host}${typeof port === 'number' ? `:${port}` : ''}` : '';
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
