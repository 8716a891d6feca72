import { BackupError, type ErrorKind } from '@satchel/domain';

type Rule = readonly [kind: ErrorKind, message: string];

const SETTING = 'CATALOG_DATABASE_URL (or DATABASE_URL, where that is not set)';

const OUT_OF_REACH: Rule = [
  'unavailable',
  `The catalog's database is out of reach. Check that its server runs, and ${SETTING}.`,
];

/** By SQLSTATE, else by its first two characters, else by the operating system's code. */
const RULES: Readonly<Record<string, Rule>> = {
  '08': OUT_OF_REACH,
  '25006': [
    'unavailable',
    `The catalog's database is read-only. Set ${SETTING} to one that can be written, such as the primary server.`,
  ],
  '28': [
    'validation_error',
    `The catalog's database refuses user or password. Check ${SETTING}, and the server's pg_hba.conf.`,
  ],
  '3D000': ['validation_error', `The catalog's database does not exist. Check ${SETTING}.`],
  '42501': [
    'permission_error',
    `This role may not keep the catalog here. Let an administrator create a schema "satchel" that the role owns, or set CATALOG_DATABASE_URL to a database where the role may create one.`,
  ],
  '42P01': ['unavailable', 'The tables of the catalog are gone. Start again, and they are made anew.'],
  '53': ['unavailable', `The server of the catalog's database is short of resources. Try again later.`],
  '55P03': ['unavailable', 'Another process has been changing the catalog for a minute. Try again later.'],
  '55000': OUT_OF_REACH,
  '57': OUT_OF_REACH,
  '58': ['unavailable', `The server of the catalog's database has trouble with its files; see its log.`],
};

/**
 * Says what the catalog failed of. Its message holds no value of a row and no name of a host.
 */
export function toCatalogError(thrown: unknown): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const code = errorCode(thrown);
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
  const found = isSqlState ? (RULES[code] ?? RULES[code.slice(0, 2)]) : withoutSqlState(thrown, code);
  const [kind, message] = found ?? ['system_error', `The catalog could not be used (${code || 'no code'}).`];
  const context = { setting: 'CATALOG_DATABASE_URL', ...(isSqlState ? { sqlState: code } : {}) };
  return new BackupError(kind, message, context, { cause: thrown });
}

/** Whether a key is taken already; as the driver says it, or as `toCatalogError` has passed it on. */
export function isDuplicate(thrown: unknown): boolean {
  return sqlStateOf(thrown) === '23505';
}

/** Whether something refers to what was to be removed, or what was to be referred to is not there. */
export function isReferenceViolation(thrown: unknown): boolean {
  // 23001 is what PostgreSQL 18 says of a key that is still referred to.
  return ['23503', '23001'].includes(sqlStateOf(thrown));
}

function sqlStateOf(thrown: unknown): string {
  return errorCode(thrown instanceof BackupError ? thrown.cause : thrown);
}

function withoutSqlState(thrown: unknown, code: string): Rule | undefined {
  // Node's network errors have a code, the driver's own have none.
  if (/^E[A-Z_]+$/.test(code)) return OUT_OF_REACH;
  const message = thrown instanceof Error ? thrown.message : '';
  const lost =
    /connection terminated|timeout|not queryable|client was closed|cannot use a pool|not established|driver not connected/i;
  if (lost.test(message)) return OUT_OF_REACH;
  if (/does not support SSL|certificate|TLS|SSL/i.test(message)) {
    return [
      'validation_error',
      `No secure connection to the catalog's database. Check the TLS settings of ${SETTING}.`,
    ];
  }
  if (/password|SASL|SCRAM/i.test(message)) return RULES['28'];
  return undefined;
}

function errorCode(thrown: unknown): string {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
