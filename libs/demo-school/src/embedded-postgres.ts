import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupError } from '@satchel/domain';
import { fillSchool } from './fill-school.js';
import { migrateSchool } from './migrate-school.js';
import { prepareDatabase } from './prepare-database.js';
import { freePort } from './server/free-port.js';
import { Lease } from './server/lease.js';
import { folderError, readPostmaster, serverUrl, startServer, stopServer } from './server/postgres-server.js';
import { openServerFolder, type MadeServer } from './server/server-folder.js';

export interface EmbeddedOptions {
  /** Holds the server and its data; default `.satchel` in the working directory. Made if it is not there. */
  readonly dataFolder?: string;
  /** TCP port to try first; default the one it had before, else 54329. If it is taken, a free one is used. */
  readonly port?: number;
  /** Size of the demo school if it is not there yet; default 500. */
  readonly students?: number;
  /** Told, in sentences for a person, what takes long or differs from what was asked for. */
  readonly onNotice?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Superuser's URL of the database `school`, with its password. */
  readonly url: string;
  readonly port: number;
  /** The server's data folder; not under the one asked for where the server's user could not get there. */
  readonly dataFolder: string;
  /**
   * Says that this process needs the server no more; the last one to say so stops it. Close all connections first: while
   * anybody is connected it goes on. Safe to call twice.
   */
  stop(): Promise<void>;
}

const DATABASE = 'school';
const DEFAULT_PORT = 54_329;

/** How long to try, recovery after a crash included. */
const PATIENCE_MS = 120_000;
const CONNECT_TIMEOUT_MS = 10_000;
const POLL_MS = 50;
const MAX_LOG_BYTES = 1_048_576;

/**
 * Gives the product's own PostgreSQL server with the demo school in it: finds it running, or starts it, or makes it.
 *
 * The server is a process of its own that all who need it share. Each holds a `Lease`, which ends with its process; the
 * one who gives back the last stops the server. After users that were killed it goes on, idle, until the next one is done.
 * There is no lock file: a folder gets its name when it is complete, PostgreSQL itself refuses a second server on the same
 * data, and the server's advisory locks do the rest, so nothing a crash leaves behind can lock anybody out.
 *
 * @throws BackupError `unavailable` where folder, disk, port or programs cannot be used; the message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  const notice = options.onNotice ?? ((): void => undefined);
  const folder = resolve(options.dataFolder ?? '.satchel');
  const server = await openServerFolder(folder, notice);
  const password = await readPassword(server);
  const { lease, port } = await useServer(server, password, options.port);
  let given: Promise<void> | undefined;
  const stop = (): Promise<void> => (given ??= lease.giveBack(() => stopServer(server, 'fast')));
  try {
    await prepareDatabase(serverUrl(port, password, 'postgres'), DATABASE, async url => {
      notice('Filling the embedded database with an invented school; this happens once.');
      await migrateSchool(url);
      await fillSchool(url, { students: options.students ?? 500 });
    });
  } catch (cause) {
    await stop();
    if (cause instanceof BackupError) throw cause;
    throw new BackupError(
      'unavailable',
      `The demo school could not be put into the embedded database (${reasonOf(cause)}). Look at ${server.logFile}, or set DATABASE_URL to a PostgreSQL server of your own.`,
      { folder },
      { cause },
    );
  }
  return { url: serverUrl(port, password, DATABASE), port, dataFolder: server.dataFolder, stop };
}

/** Takes a lease of the running server, or starts it, until one of both succeeds. */
async function useServer(
  server: MadeServer,
  password: string,
  wantedPort: number | undefined,
): Promise<{ lease: Lease; port: number }> {
  const end = Date.now() + PATIENCE_MS;
  let port = wantedPort ?? (await rememberedPort(server)) ?? DEFAULT_PORT;
  let obstacle = 'another process is starting or stopping it';
  await shortenLog(server);
  while (Date.now() < end) {
    const running = await readPostmaster(server.dataFolder);
    if (running && running.port > 0) {
      const lease = await takeLease(server, serverUrl(running.port, password, 'postgres'));
      if (lease instanceof Lease) {
        await rememberPort(server, running.port);
        return { lease, port: running.port };
      }
      obstacle = lease;
    }
    // Beside a server that lives this fails fast; over what a dead one left, PostgreSQL decides and recovers.
    const result = await startServer(server, port);
    if (result === 'port taken') port = await freePort();
    else if (result === 'already running' && !(await removeStalePidFile(server))) await delay(POLL_MS);
  }
  throw new BackupError(
    'unavailable',
    `The embedded PostgreSQL in ${server.dataFolder} does not answer (${obstacle}). Look at ${server.logFile}; if no such server runs, remove ${join(server.dataFolder, 'postmaster.pid')}.`,
    { folder: server.dataFolder },
  );
}

/** @returns a lease of this very server, or why there is none */
async function takeLease(server: MadeServer, url: string): Promise<Lease | string> {
  let lease: Lease;
  try {
    lease = await Lease.take(url, CONNECT_TIMEOUT_MS);
  } catch (error) {
    return reasonOf(error);
  }
  // After a crash the port in the file may by now belong to another server.
  if (lease.dataFolder === server.dataFolder) return lease;
  await lease.giveBack(() => Promise.resolve());
  return 'another server answers on its port';
}

/**
 * Removes a `postmaster.pid` whose process id now belongs to something else, as happens when a container starts again:
 * PostgreSQL only sees that such a process lives, and would refuse to start for ever. Knows where there is `/proc`.
 */
async function removeStalePidFile(server: MadeServer): Promise<boolean> {
  const postmaster = await readPostmaster(server.dataFolder);
  if (!postmaster) return false;
  const program = await readFile(`/proc/${postmaster.pid}/comm`, 'utf8').catch(() => null);
  if (program === null || program.trim() === 'postgres') return false;
  if ((await readPostmaster(server.dataFolder))?.pid !== postmaster.pid) return false;
  await rm(join(server.dataFolder, 'postmaster.pid'), { force: true });
  return true;
}

async function readPassword(server: MadeServer): Promise<string> {
  try {
    return (await readFile(server.passwordFile, 'utf8')).trim();
  } catch (cause) {
    throw folderError(server.passwordFile, cause);
  }
}

async function rememberedPort(server: MadeServer): Promise<number | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(server.stateFile, 'utf8'));
    const port = typeof state === 'object' && state !== null && 'port' in state ? Number(state.port) : NaN;
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    // Nothing is lost with it but the habit of a port.
    return undefined;
  }
}

async function rememberPort(server: MadeServer, port: number): Promise<void> {
  if ((await rememberedPort(server)) === port) return;
  // One process may do this twice at the same time.
  const unfinished = `${server.stateFile}.${randomUUID()}`;
  await writeFile(unfinished, `${JSON.stringify({ port })}\n`);
  await rename(unfinished, server.stateFile);
}

async function shortenLog(server: MadeServer): Promise<void> {
  const size = await stat(server.logFile).then(
    found => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await truncate(server.logFile);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
