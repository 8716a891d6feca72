import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { throwIfCancelled, type FoundDefinition } from '@satchel/domain';
import type { ConnectionSettings } from '../connection/index.js';
import { pastWrapper } from './past-wrapper.js';
import { KEY_WITH_PASSWORD, pgDumpVersion, whyUnfit, type PgDumpProgram } from './pg-dump-program.js';

/** What is asked of a source about its own definition. */
export interface DumpDefinitionOptions extends PgDumpProgram {
  readonly snapshotId: string;
  /** As `server_version` says it, without what a packager adds. */
  readonly serverVersion: string;
  /** The server that has the snapshot. */
  readonly host: string;
  readonly port: number;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes of one part; a school's have a tenth of a megabyte. */
const MAX_PART_BYTES = 16 * 1024 * 1024;

/**
 * Owners and privileges name roles that another server does not have. The catalog of backups is no part of what is backed up.
 */
const DUMP_OPTIONS = [
  '--no-owner',
  '--no-privileges',
  '--no-tablespaces',
  '--no-publications',
  '--no-subscriptions',
  '--no-security-labels',
  '--exclude-schema=satchel',
  '--encoding=UTF8',
  '--lock-wait-timeout=30000',
  '--no-password',
] as const;

/** How a dump begins; where it does, the program need not be asked in a run of its own. */
const SAID_VERSION = /^-- Dumped by pg_dump version (\d+[\w.]*)/m;

const run = promisify(execFile);

/**
 * Has `pg_dump` write the database's definition, as of the snapshot that the rows are read under. That it cannot is no failure of a
 * backup: its rows are worth as much without.
 *
 * @throws BackupError `cancelled`
 */
export async function dumpDefinition(
  settings: ConnectionSettings,
  options: DumpDefinitionOptions,
): Promise<FoundDefinition> {
  const { serverVersion, signal } = options;
  if (settings.tls.keyPassword !== null) return without(KEY_WITH_PASSWORD);
  const env = environmentOf(settings, options);
  const program = await pastWrapper(options);
  const part = async (section: 'pre-data' | 'post-data'): Promise<string> => {
    const args = [`--section=${section}`, `--snapshot=${options.snapshotId}`, ...DUMP_OPTIONS];
    const { stdout } = await run(program, args, { env, maxBuffer: MAX_PART_BYTES, signal });
    return stdout;
  };
  try {
    // Side by side: the rows wait for both.
    const [preData, postData] = await Promise.all([part('pre-data'), part('post-data')]);
    const definition = { preData: withoutMetaCommands(preData), postData: withoutMetaCommands(postData) };
    const version = SAID_VERSION.exec(preData)?.[1] ?? (await pgDumpVersion(options, { signal }));
    return { included: true, tool: `pg_dump ${version}`, definition };
  } catch (error) {
    throwIfCancelled(signal);
    const version = await pgDumpVersion(options, { signal });
    throwIfCancelled(signal);
    return without(
      whyUnfit(version, options, serverVersion) ?? `pg_dump ${version} failed: ${firstLine(error)}`,
    );
  }
}

function without(reason: string): FoundDefinition {
  return { included: false, reason };
}

/** The settings of our own connection, as libpq's variables: a password among the arguments could be read by everybody. */
function environmentOf(
  settings: ConnectionSettings,
  { host, port, programPath }: DumpDefinitionOptions,
): NodeJS.ProcessEnv {
  const { tls, hosts } = settings;
  const server = hosts.find(one => one.port === port && (one.address ?? one.host) === host) ?? hosts[0];
  const given: Record<string, string | null> = {
    PATH: programPath,
    LC_ALL: 'C',
    // The name that a certificate is checked against, and the address that has the snapshot.
    PGHOST: server?.host ?? host,
    PGHOSTADDR: host.startsWith('/') || server?.address === null ? null : host,
    PGPORT: String(port),
    PGUSER: settings.user,
    PGDATABASE: settings.database,
    PGPASSWORD: server?.password?.reveal() ?? null,
    PGOPTIONS: settings.options,
    PGAPPNAME: 'satchel pg_dump',
    PGCONNECT_TIMEOUT: String(Math.ceil(settings.connectTimeoutMs / 1000)),
    PGCHANNELBINDING: settings.channelBinding,
    PGSSLMODE: tls.mode,
    PGSSLROOTCERT: tls.rootCertificate,
    PGSSLCERT: tls.certificate,
    PGSSLKEY: tls.key,
    PGSSLCRL: tls.revocationList,
    PGSSLMINPROTOCOLVERSION: tls.minVersion,
    PGSSLMAXPROTOCOLVERSION: tls.maxVersion,
    PGSSLSNI: tls.sendServerName ? '1' : '0',
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  );
}

/** Newer versions put psql's own `\restrict` around the SQL, which no server understands. */
function withoutMetaCommands(sql: string): string {
  return sql
    .replace(/^\\restrict [A-Za-z0-9]+$/m, '')
    .replace(/^\\unrestrict [A-Za-z0-9]+\s*$(?![\s\S]*^\\unrestrict )/m, '');
}

/** What pg_dump said first; never its arguments, and its environment is in no error. */
function firstLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return (
    stderr
      .split('\n')
      .find(line => line.trim() !== '')
      ?.slice(0, 500) ?? 'it ended without a reason'
  );
}
