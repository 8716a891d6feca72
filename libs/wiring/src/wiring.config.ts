import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isRecipient } from '@satchel/archive';
import type { EncryptFor, KeepRules, ScopeConfig } from '@satchel/domain';
import { BackupError, Secret } from '@satchel/domain';
import { checkCron, isTimeZone } from '@satchel/use-cases';
import { z } from 'zod';
import {
  alarmConfigOf,
  ALARM_SETTINGS,
  missingAlarmSettings,
  SECRET_ALARM_SETTINGS,
  type AlarmConfig,
} from './alarm-settings.js';
import { isDestinationName, readDestinations, type DestinationsConfig } from './destinations.config.js';
import { readScopeConfig } from './scope-config.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

// Read in full where the connection is made: libs/postgres knows what psql understands.
const connection = z.string().transform(text => new Secret(text));

const folder = z.string().refine(text => !text.includes('\0'), 'must be a path of a folder');

const bytes = z
  .string()
  .regex(/^\d{1,15}[KMG]?$/, 'must be a whole number of bytes, e.g. 104857600 or 100M')
  .transform(text => {
    const [, digits = '0', unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? [];
    return Number(digits) * (UNIT_BYTES[unit] ?? 1);
  })
  .refine(size => size > 0 && Number.isSafeInteger(size), 'must be more than 0 and less than 8 PB');

const days = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a whole number of days, 0 to 99999')
  .transform(Number);

const wholeNumber = (what: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be ${what}, ${min} to ${max}`)
    .transform(Number)
    .refine(value => value >= min && value <= max, `must be ${what}, ${min} to ${max}`);

const howMany = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number, 0 to 9999')
  .transform(Number);

/** `off` and not nothing: an empty variable is how shells and compose files say "not set". */
const timetable = z
  .string()
  .refine(isTimetable, 'must be five fields of cron, e.g. "0 4 * * SUN", or "off"')
  .transform(text => (text === 'off' ? null : text));

const redisUrl = z
  .string()
  .refine(
    isRedisUrl,
    'must be a URL of a Redis server, e.g. redis://user:password@host:6379/0 (rediss:// with TLS)',
  )
  .transform(text => new Secret(text));

const concurrency = z
  .string()
  .regex(/^([1-9]|[1-5]\d|6[0-4])$/, 'must be a whole number, 1 to 64')
  .transform(Number);

const destinationNames = z
  .string()
  .transform(text => text.split(',').map(name => name.trim()))
  .refine(
    names => names.every(isDestinationName) && new Set(names).size === names.length,
    'must be names, each once, separated by commas: lower-case letters, digits and -, e.g. local,off-site',
  );

const signingKey = z
  .string()
  .refine(isSigningKey, 'must be at least 32 random bytes in base64, e.g. from "openssl rand -base64 32"');

const recipients = z
  .string()
  .transform(text =>
    text
      .split(',')
      .map(recipient => recipient.trim())
      .filter(recipient => recipient !== ''),
  )
  .refine(
    list => list.length > 0 && list.every(isRecipient),
    'must be public keys of age (age1…), separated by commas, as "backup_system key create" makes them',
  );

/**
 * Every setting, as text from the environment: its check, default, and the words of `docs/configuration.md`, which is
 * generated from here. Examples and units stand in the descriptions.
 */
export const SETTINGS_SCHEMA = z.object({
  DATABASE_URL: connection
    .optional()
    .describe(
      'The database to protect, as a URL that `psql` takes too (`postgresql://user:password@host:5432/database?sslmode=verify-full`). ' +
        'Without it an embedded PostgreSQL with a demo school is started under `SATCHEL_HOME`.',
    ),
  CATALOG_DATABASE_URL: connection
    .optional()
    .describe(
      'Where the catalog of backups lives (schema `satchel`). Without it, in the protected database itself.',
    ),
  BACKUP_DIR: folder.default('backups').describe('The folder that backups are written to. Made if missing.'),
  BACKUP_DESTINATIONS: destinationNames
    .default(['local'])
    .describe(
      'Where backups are kept: names, separated by commas. `local` is `BACKUP_DIR`. Backups are made in the first one, the primary, and brought to the others, unless a schedule or `create --destination` names some. ' +
        'Each other name has settings of its own, see below.',
    ),
  VERIFY_EVERY_DAYS: wholeNumber('a number of days', 1, 3650)
    .default(30)
    .describe(
      'Each stored copy of a backup is read to its end at least this often. One that is damaged or missing is replaced from another destination.',
    ),
  MAX_BACKUP_FILE_SIZE: bytes
    .default(104857600)
    .describe(
      'The largest backup file in bytes that is taken from elsewhere: from standard input, from a file that has no manifest beside it, or sent to the server. ' +
        '`K`, `M` and `G` (powers of 1024) may follow the number. Stored backups are not limited. ' +
        'Compressed, such a file may unpack to 200 times its size, and to 1 GiB in any case; what needs more is unpacked first, with `zstd -d` or `gunzip`. ' +
        'What is sent to the server may come as slowly as the line is, but not be silent for 30 seconds; a file that an analysis has kept waits for 30 minutes.',
    ),
  BACKUP_RETENTION_DAYS: days
    .default(30)
    .describe(
      'How many days `cleanup` keeps a backup, unless `--days` says otherwise. The newest good backup of each type is kept whatever its age, and so is what is pinned.',
    ),
  RETENTION_KEEP_LAST: howMany
    .default(0)
    .describe('How many of the newest good backups of each type are kept besides, whatever their age.'),
  RETENTION_KEEP_DAILY: howMany
    .default(0)
    .describe(
      'Of how many days the newest good backup of each type is kept besides; days without one do not count.',
    ),
  RETENTION_KEEP_WEEKLY: howMany.default(0).describe('The same of weeks, which begin on Monday.'),
  RETENTION_KEEP_MONTHLY: howMany.default(0).describe('The same of months.'),
  RETENTION_KEEP_YEARLY: howMany.default(0).describe('The same of years.'),
  RETENTION_AUTO: z
    .enum(['true', 'false'], 'must be true or false')
    .default('true')
    .transform(text => text === 'true')
    .describe('Whether the server cleans up by itself, each night at 3:30 of `TIME_ZONE`, by these rules.'),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be a time zone like Europe/Berlin, Asia/Kolkata or UTC')
    .optional()
    .describe(
      "The school's time zone: of new schedules, of drills, and of the days, weeks and months of retention. Default: the machine's.",
    ),
  DRILL_CRON: timetable
    .default('0 4 * * SUN')
    .describe(
      'When the newest good backup of each type is restored into a scratch database to prove that it can be: cron in `TIME_ZONE`, or `off`.',
    ),
  DRILL_DATABASE_URL: connection
    .optional()
    .describe(
      'A database of the server that scratch databases of drills are made on; the role needs `CREATEDB`. Without it, on the protected server.',
    ),
  REDIS_URL: redisUrl
    .optional()
    .describe(
      'The Redis that carries jobs to workers (`redis://user:password@host:6379/0`, `rediss://` with TLS). ' +
        'Without it jobs run inside the process that serves the API. The command line never uses it.',
    ),
  WORKER_CONCURRENCY: concurrency
    .default(2)
    .describe(
      'How many jobs one worker runs at the same time, 1 to 64. One restore at a time runs in any case.',
    ),
  WORKER_HEALTH_FILE: folder
    .optional()
    .describe(
      'A file that a worker writes every few seconds while it is well, for health checks of containers: older than half a minute, the worker hangs.',
    ),
  UPLOAD_DIR: folder
    .optional()
    .describe(
      'The folder in which files that were sent wait until they are restored; API and workers share it. Made if missing. ' +
        'Default: `quarantine` in `SATCHEL_HOME`.',
    ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe(
      'How much goes to standard error: `error`, `warn`, `info` (progress too) or `debug` (with stack traces).',
    ),
  SATCHEL_HOME: folder
    .default('.satchel')
    .describe("The product's own folder: signing keys, the embedded database."),
  SATCHEL_CONFIG: folder
    .default('satchel.config.json')
    .describe('The file that describes the backup types and protected schemas, if it exists.'),
  BACKUP_RECIPIENTS: recipients
    .optional()
    .describe(
      'Public keys (`age1…`), separated by commas, that backups are encrypted for with age; each of their secret keys opens them. ' +
        '`backup_system key create` makes a pair. The secret key is not needed to back up, and should not be on this machine.',
    ),
  BACKUP_PASSPHRASE: z
    .string()
    .min(10, 'must have at least 10 characters')
    .transform(text => new Secret(text))
    .optional()
    .describe(
      'A passphrase that backups are encrypted with where there are no `BACKUP_RECIPIENTS`; with them it only opens older ones. ' +
        'Whoever reads this machine reads old backups too.',
    ),
  BACKUP_IDENTITY_FILE: folder
    .optional()
    .describe(
      'A file with secret keys (`AGE-SECRET-KEY-1…`, a line each) that open encrypted backups, where nobody brings one (`--identity`). ' +
        'With it on the machine, a thief of the machine reads old backups.',
    ),
  PG_DUMP: folder
    .default('pg_dump')
    .describe(
      "PostgreSQL's `pg_dump`, of the server's major version or a newer one: with it a `full` backup also holds the database's definition, and `restore --create-schema` builds an empty database from it. " +
        'A path, or a name that is looked for in `PATH`. Where there is none, backups hold rows only, and say so.',
    ),
  SATCHEL_SIGNING_KEY: signingKey
    .transform(text => new Secret(text))
    .optional()
    .describe(
      'The key that archives are signed with: at least 32 random bytes in base64 (`openssl rand -base64 32`). ' +
        'Without it one is made at first use and kept in `SATCHEL_HOME/signing-keys.json`; keep a copy of that file.',
    ),
  SATCHEL_SIGNING_KEYS: z
    .string()
    .transform(text => text.split(',').map(key => key.trim()))
    .pipe(z.array(signingKey))
    .transform(keys => new Secret(keys))
    .optional()
    .describe('Earlier signing keys, separated by commas: archives that they signed still count as ours.'),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be an address or a host name')
    .default('127.0.0.1')
    .describe(
      'The address that the server listens on. `0.0.0.0` (or `::`) lets other machines in; put TLS in front of it then.',
    ),
  PORT: wholeNumber('a TCP port', 0, 65535).default(3000).describe('The port that the server listens on.'),
  TRUST_PROXY: wholeNumber('a number of proxies', 0, 10)
    .default(0)
    .describe(
      'How many proxies stand before the server: that many addresses of `X-Forwarded-For` are believed, for the audit log and for limits per address.',
    ),
  COOKIE_SECURE: z
    .enum(['auto', 'true', 'false'], 'must be auto, true or false')
    .default('auto')
    .describe(
      'Whether session cookies travel over HTTPS only; `auto` does so where the request came by HTTPS (with `TRUST_PROXY`, by `X-Forwarded-Proto`).',
    ),
  ACCESS_TOKEN_MINUTES: wholeNumber('minutes', 1, 60)
    .default(10)
    .describe('How long an access token is valid before it has to be renewed.'),
  SESSION_DAYS: wholeNumber('days', 1, 365)
    .default(14)
    .describe(
      'How long somebody stays signed in, however often they come back. Then the password is asked for.',
    ),
  RATE_LIMIT_PER_MINUTE: wholeNumber('requests a minute', 10, 1_000_000)
    .default(1200)
    .describe('Requests that one person, or one address that is not signed in, may make in a minute.'),
  SATCHEL_ADMIN_USER: z
    .string()
    .regex(/^[\p{L}\p{N}._@+-]{1,150}$/u, 'must be a user name: letters, digits and . _ @ + -, at most 150')
    .default('admin')
    .describe('The first administrator, made at the first start of the server while there is no user.'),
  SATCHEL_ADMIN_PASSWORD: z
    .string()
    .min(10, 'must have at least 10 characters')
    .transform(text => new Secret(text))
    .optional()
    .describe(
      "The first administrator's password. Without it a random one is made and printed once. Not looked at again later.",
    ),
  ...ALARM_SETTINGS,
});

/** The names of settings that must never be shown. */
export const SECRET_SETTINGS: readonly string[] = [
  'DATABASE_URL',
  'CATALOG_DATABASE_URL',
  'DRILL_DATABASE_URL',
  'REDIS_URL',
  'BACKUP_PASSPHRASE',
  'SATCHEL_SIGNING_KEY',
  'SATCHEL_SIGNING_KEYS',
  'SATCHEL_ADMIN_PASSWORD',
  ...SECRET_ALARM_SETTINGS,
];

/** What only the server needs to know. */
export interface ServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly trustedProxies: number;
  readonly cookieSecure: 'auto' | 'true' | 'false';
  readonly accessTokenMinutes: number;
  readonly sessionDays: number;
  readonly rateLimitPerMinute: number;
  readonly adminUser: string;
  /** Null: a random one. */
  readonly adminPassword: Secret<string> | null;
}

/** The settings of one installation; read once at start, never changed. Paths are absolute. */
export interface WiringConfig {
  /** Null: the embedded demo school. */
  readonly databaseUrl: Secret<string> | null;
  /** Null: in the protected database. */
  readonly catalogDatabaseUrl: Secret<string> | null;
  readonly backupDir: string;
  /** Where backups are kept, the primary first. */
  readonly destinations: DestinationsConfig;
  readonly verifyEveryDays: number;
  readonly maxBackupFileSizeBytes: number;
  readonly retentionDays: number;
  readonly keepRules: KeepRules;
  /** Whether the server cleans up by itself. */
  readonly retentionAuto: boolean;
  readonly timeZone: string;
  /** Null: no drills by themselves. */
  readonly drillCron: string | null;
  /** Null: drills are made on the protected server. */
  readonly drillDatabaseUrl: Secret<string> | null;
  /** Null: jobs run inside the process that is asked. */
  readonly redisUrl: Secret<string> | null;
  /** Jobs that a process runs at the same time, at most. */
  readonly workerConcurrency: number;
  /** Null: none is written. */
  readonly workerHealthFile: string | null;
  /** Where uploads wait. */
  readonly uploadDir: string;
  /** `pg_dump`, by path or by name. */
  readonly pgDump: string;
  /** `PATH`, in which programs are looked for. */
  readonly programPath: string | undefined;
  /** What backups are encrypted for; null: they are not. */
  readonly encryptFor: EncryptFor | null;
  /** Also where recipients are set: older backups may need it. */
  readonly passphrase: Secret<string> | null;
  /** Null: the installation has no key to open encrypted backups with. */
  readonly identityFile: string | null;
  readonly logLevel: LogLevel;
  readonly homeDir: string;
  readonly signingKey: Secret<string> | null;
  readonly earlierSigningKeys: Secret<readonly string[]>;
  readonly scopeConfig: ScopeConfig;
  readonly server: ServerConfig;
  readonly alarms: AlarmConfig;
  /** `PG*` variables and `HOME`, which complete a connection URL as they do for `psql`. */
  readonly postgresEnvironment: Secret<Readonly<Record<string, string>>>;
}

export interface ConfigSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths, `.env` and `satchel.config.json` are relative to. */
  readonly cwd: string;
}

/**
 * Reads all settings: environment before `.env` before default.
 *
 * @param required settings that this program cannot do without
 * @throws BackupError `validation_error` that names every bad setting at once, never its value
 */
export function loadWiringConfig(
  source: ConfigSource,
  required: readonly (keyof typeof SETTINGS_SCHEMA.shape)[] = [],
): WiringConfig {
  const given = withoutEmpty({ ...readEnvFile(resolve(source.cwd, '.env')), ...withoutEmpty(source.env) });
  const parsed = SETTINGS_SCHEMA.safeParse(given);
  // Each alone, so that a wrong one among the others does not hide what is wrong here.
  const { BACKUP_DESTINATIONS, BACKUP_DIR } = SETTINGS_SCHEMA.shape;
  const inCwd = (path: string): string => resolve(source.cwd, path);
  const { destinations, wrong } = readDestinations(
    BACKUP_DESTINATIONS.safeParse(given['BACKUP_DESTINATIONS']).data ?? [],
    BACKUP_DESTINATIONS.safeParse(given['BACKUP_DESTINATIONS']).success ? given : {},
    inCwd(BACKUP_DIR.safeParse(given['BACKUP_DIR']).data ?? ''),
  );
  const [primary, ...others] = destinations;
  const missing = [
    ...required.filter(name => given[name] === undefined).map(missingSetting),
    ...missingAlarmSettings(given),
  ];
  if (!parsed.success || missing.length > 0 || wrong.length > 0 || primary === undefined) {
    throw settingsError([...(parsed.error?.issues ?? []).map(wrongSetting), ...wrong, ...missing]);
  }
  const settings = parsed.data;
  return Object.freeze({
    databaseUrl: settings.DATABASE_URL ?? null,
    catalogDatabaseUrl: settings.CATALOG_DATABASE_URL ?? null,
    backupDir: inCwd(settings.BACKUP_DIR),
    destinations: [primary, ...others] as const,
    verifyEveryDays: settings.VERIFY_EVERY_DAYS,
    maxBackupFileSizeBytes: settings.MAX_BACKUP_FILE_SIZE,
    retentionDays: settings.BACKUP_RETENTION_DAYS,
    keepRules: Object.freeze({
      keepLast: settings.RETENTION_KEEP_LAST,
      keepDaily: settings.RETENTION_KEEP_DAILY,
      keepWeekly: settings.RETENTION_KEEP_WEEKLY,
      keepMonthly: settings.RETENTION_KEEP_MONTHLY,
      keepYearly: settings.RETENTION_KEEP_YEARLY,
    }),
    retentionAuto: settings.RETENTION_AUTO,
    get timeZone() {
      return settings.TIME_ZONE ?? machineTimeZone();
    },
    drillCron: settings.DRILL_CRON,
    drillDatabaseUrl: settings.DRILL_DATABASE_URL ?? null,
    redisUrl: settings.REDIS_URL ?? null,
    workerConcurrency: settings.WORKER_CONCURRENCY,
    workerHealthFile: settings.WORKER_HEALTH_FILE === undefined ? null : inCwd(settings.WORKER_HEALTH_FILE),
    uploadDir: inCwd(settings.UPLOAD_DIR ?? join(settings.SATCHEL_HOME, 'quarantine')),
    pgDump: settings.PG_DUMP.includes('/') ? inCwd(settings.PG_DUMP) : settings.PG_DUMP,
    programPath: given['PATH'],
    encryptFor: encryptForOf(settings.BACKUP_RECIPIENTS, settings.BACKUP_PASSPHRASE),
    passphrase: settings.BACKUP_PASSPHRASE ?? null,
    identityFile: settings.BACKUP_IDENTITY_FILE === undefined ? null : inCwd(settings.BACKUP_IDENTITY_FILE),
    logLevel: settings.LOG_LEVEL,
    homeDir: inCwd(settings.SATCHEL_HOME),
    signingKey: settings.SATCHEL_SIGNING_KEY ?? null,
    earlierSigningKeys: settings.SATCHEL_SIGNING_KEYS ?? new Secret<readonly string[]>([]),
    scopeConfig: readScopeConfig(inCwd(settings.SATCHEL_CONFIG), given['SATCHEL_CONFIG'] !== undefined),
    server: Object.freeze({
      host: settings.HOST,
      port: settings.PORT,
      trustedProxies: settings.TRUST_PROXY,
      cookieSecure: settings.COOKIE_SECURE,
      accessTokenMinutes: settings.ACCESS_TOKEN_MINUTES,
      sessionDays: settings.SESSION_DAYS,
      rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
      adminUser: settings.SATCHEL_ADMIN_USER,
      adminPassword: settings.SATCHEL_ADMIN_PASSWORD ?? null,
    }),
    alarms: alarmConfigOf(settings),
    postgresEnvironment: new Secret(
      Object.fromEntries(Object.entries(given).filter(([name]) => name === 'HOME' || name.startsWith('PG'))),
    ),
  });
}

let foundTimeZone: string | undefined;

/** Asked for only when it is needed: finding it takes 20 ms, as long as reading all other settings. */
function machineTimeZone(): string {
  foundTimeZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return foundTimeZone;
}

function isTimetable(text: string): boolean {
  try {
    return text === 'off' || checkCron({ cron: text, timeZone: 'UTC' }).cron !== '';
  } catch {
    return false;
  }
}

/** Recipients come before a passphrase, which is then for reading alone. */
function encryptForOf(
  publicKeys: readonly string[] | undefined,
  passphrase: Secret<string> | undefined,
): EncryptFor | null {
  if (publicKeys !== undefined) return { recipients: [...new Set(publicKeys)] };
  return passphrase === undefined ? null : { passphrase };
}

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['redis:', 'rediss:'].includes(url.protocol) &&
    url.hostname !== '' &&
    /^\/?\d{0,5}$/.test(url.pathname)
  );
}

/** Whether text is base64 of at least 32 bytes. */
function isSigningKey(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length >= 32;
}

function readEnvFile(path: string): Record<string, string | undefined> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new BackupError(
      'validation_error',
      `The settings file ${path} cannot be read; make it readable or remove it.`,
      { file: path },
      { cause },
    );
  }
  return { ...parseEnv(text) };
}

/** An empty variable is how shells and compose files say "not set". */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') given[name] = value.trim();
  }
  return given;
}

interface WrongSetting {
  readonly setting: string;
  readonly problem: string;
}

function wrongSetting(issue: z.core.$ZodIssue): WrongSetting {
  return { setting: String(issue.path[0]), problem: issue.message };
}

function missingSetting(setting: string): WrongSetting {
  return { setting, problem: 'is needed here, and not set' };
}

function settingsError(settings: readonly WrongSetting[]): BackupError {
  return new BackupError(
    'validation_error',
    `${settings.length === 1 ? 'A setting is' : `${settings.length} settings are`} wrong: ` +
      `${settings.map(({ setting, problem }) => `${setting} ${problem}`).join('; ')}.`,
    { settings },
  );
}
