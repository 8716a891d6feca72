import { appendFile, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from '@satchel/domain';
import type { Account } from './account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram } from './run-program.js';

/** The superuser of every server made here. */
export const SUPERUSER = 'postgres';

/** Seconds that a start or stop may take; recovery after a crash replays at most some gigabytes of log. */
const PATIENCE_SECONDS = 120;

/** A server's folders and programs; it need not be running. */
export interface ServerPlace {
  readonly binaries: PostgresBinaries;
  /** Whom the server runs as; null for the user of this process. */
  readonly account: Account | null;
  readonly dataFolder: string;
  readonly logFile: string;
}

/** What a running server writes about itself into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export type StartResult = 'started' | 'port taken' | 'already running';

/**
 * Makes a server's data folder: UTF-8, ICU's sorting, passwords by scram-sha-256, TCP on 127.0.0.1 only.
 *
 * @param passwordFile holds the superuser's password and can be read by the server's account
 * @param settings     lines added to `postgresql.conf`
 * @throws BackupError `unavailable` where the disk is full or may not be written
 */
export async function initialiseServer(
  place: ServerPlace,
  passwordFile: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = dirname(place.dataFolder);
  const args = [
    `--pgdata=${place.dataFolder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=icu',
    '--icu-locale=en-US',
    '--no-instructions',
  ];
  const { code, output } = await start(place.binaries.initdb, args, place.account, folder);
  if (code !== 0) throw serverError('make', place.dataFolder, output);
  const lines = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  await appendFile(
    join(place.dataFolder, 'postgresql.conf'),
    Object.entries(lines)
      .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
      .join(''),
  );
}

/**
 * Starts a server as a process of its own, which outlives this one and hears no Ctrl-C of its terminal. Returns once it
 * answers, after recovery if it had crashed.
 *
 * @throws BackupError `unavailable` with the end of the server's log for any reason but those of `StartResult`
 */
export async function startServer(place: ServerPlace, port: number): Promise<StartResult> {
  const logStart = await sizeOf(place.logFile);
  const args = [
    'start',
    `--pgdata=${place.dataFolder}`,
    `--log=${place.logFile}`,
    '--wait',
    `--timeout=${PATIENCE_SECONDS}`,
    `--options=-p ${port}`,
  ];
  const { code, output } = await start(place.binaries.pgCtl, args, place.account, dirname(place.dataFolder));
  if (code === 0) {
    // pg_ctl also succeeds beside a server that somebody else has started a moment before.
    return (await readPostmaster(place.dataFolder))?.port === port ? 'started' : 'already running';
  }
  const log = await readFrom(place.logFile, logStart);
  if (/could not create any TCP\/IP sockets|Address already in use/i.test(log)) return 'port taken';
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(log))
    return 'already running';
  throw serverError('start', place.dataFolder, `${output}\n${log}`);
}

/**
 * Stops a server: `fast` ends its sessions and writes everything to disk, `immediate` is for data nobody needs again.
 * Succeeds where none is running.
 */
export async function stopServer(place: ServerPlace, mode: 'fast' | 'immediate'): Promise<void> {
  const args = [
    'stop',
    `--pgdata=${place.dataFolder}`,
    `--mode=${mode}`,
    '--wait',
    `--timeout=${PATIENCE_SECONDS}`,
  ];
  const { code, output } = await start(place.binaries.pgCtl, args, place.account, dirname(place.dataFolder));
  if (code !== 0 && (await readPostmaster(place.dataFolder))) {
    throw serverError('stop', place.dataFolder, output);
  }
}

/** What the data folder says of its server, null if it says nothing; after a crash that is not true any more. */
export async function readPostmaster(dataFolder: string): Promise<Postmaster | null> {
  let text: string;
  try {
    text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return null;
    throw folderError(dataFolder, cause);
  }
  // The lines of PostgreSQL's src/include/utils/pidfile.h: pid, folder, start time, port, …, state in the eighth.
  const lines = text.split('\n').map(line => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number.isInteger(port) ? port : 0, ready: lines[7] === 'ready' };
}

/** An URL for the server's superuser. It has no TLS, whatever the environment (PGSSLMODE) asks for elsewhere. */
export function serverUrl(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
}

/** Turns the error of a file operation under a server's folder into one that says what to do. */
export function folderError(folder: string, cause: unknown): BackupError {
  if (cause instanceof BackupError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = hasCode(cause, 'ENOSPC')
    ? 'The disk is full: make room'
    : hasCode(cause, 'EACCES', 'EPERM')
      ? 'It may not be read or written by this user: run as its owner, or choose another folder'
      : hasCode(cause, 'EROFS')
        ? 'The file system is read-only: choose another folder'
        : 'Look at the folder';
  return new BackupError(
    'unavailable',
    `The embedded PostgreSQL cannot use ${folder} (${reason}). ${advice}, or set DATABASE_URL to a PostgreSQL server of your own.`,
    { folder },
    { cause },
  );
}

export function hasCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.some(code => code === thrown.code);
}

async function start(
  program: string,
  args: readonly string[],
  account: Account | null,
  folder: string,
): Promise<{ code: number | null; output: string }> {
  try {
    return await runProgram(program, args, { account, folder });
  } catch (cause) {
    throw new BackupError(
      'unavailable',
      `The embedded PostgreSQL's program ${program} cannot be run (${cause instanceof Error ? cause.message : String(cause)}). ` +
        'Run "npm ci" again, or set DATABASE_URL to a PostgreSQL server of your own.',
      { program },
      { cause },
    );
  }
}

function serverError(verb: 'make' | 'start' | 'stop', dataFolder: string, output: string): BackupError {
  const full = /No space left on device/.test(output);
  const denied = /Permission denied|Read-only file system/.test(output);
  const advice = full
    ? 'The disk is full: make room and try again.'
    : denied
      ? 'The folder may not be written: run as its owner, or choose another folder.'
      : 'Its log may say more; or set DATABASE_URL to a PostgreSQL server of your own.';
  const lines = output.trim().split('\n').slice(-5).join('\n');
  return new BackupError(
    'unavailable',
    `Cannot ${verb} the embedded PostgreSQL in ${dataFolder}. ${advice}\n${lines}`,
    { folder: dataFolder },
  );
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    found => found.size,
    () => 0,
  );
}

async function readFrom(file: string, position: number): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(64 * 1024);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}
