import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  initialiseServer,
  readPostmaster,
  runnableBinaries,
  serverAccount,
  serverUrl,
  startServer,
  type PostgresBinaries,
  type ServerPlace,
} from '@satchel/demo-school';

const MEGABYTE = 1024 * 1024;

/**
 * The same for all that is measured: PostgreSQL's defaults, durable, but for what any administrator of such a database
 * sets, and without the work that it does by itself at times of its own choice.
 */
export function serverSettings(): Record<string, string> {
  const sharedMb = Math.min(1024, Math.max(128, Math.floor(totalmem() / MEGABYTE / 8)));
  return {
    shared_buffers: `${sharedMb}MB`,
    max_wal_size: '8GB',
    checkpoint_timeout: '30min',
    autovacuum: 'off',
  };
}

export interface BenchServer {
  readonly major: number;
  readonly pid: number;
  url(database: string): string;
  stop(): Promise<void>;
}

/**
 * Waits for its standard input to end, which it does however the benchmark ends, then stops the server and removes its
 * folder. Arguments: the folder, `pg_ctl`, the data folder.
 */
const GUARD = `
trap '' INT TERM HUP
cat > /dev/null
[ -f "$3/postmaster.pid" ] && "$2" stop --pgdata="$3" --mode=immediate --wait > /dev/null 2>&1
rm -rf "$1"
`;

/**
 * Starts a server of its own in a new folder of the system's temporary one. It is stopped and removed by `stop()`, and also
 * when this process is killed.
 */
export async function startBenchServer(installed: PostgresBinaries, major: number): Promise<BenchServer> {
  const account = await serverAccount();
  const home = await mkdtemp(join(tmpdir(), 'satchel-bench-server-'));
  await chmod(home, 0o755);
  const binaries = await runnableBinaries(installed, account, home);
  const place: ServerPlace = {
    binaries,
    account,
    dataFolder: join(home, 'data'),
    logFile: join(home, 'server.log'),
  };
  const passwordFile = join(home, 'password');
  const password = randomBytes(12).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [home, passwordFile]) await chown(path, account.uid, account.gid);
  const guard = startGuard([home, binaries.pgCtl, place.dataFolder], account);
  const stop = async (): Promise<void> => {
    const ended = new Promise<void>(resolve => {
      if (guard.exitCode !== null) resolve();
      else guard.once('close', () => resolve());
    });
    // From now on it is waited for.
    guard.ref();
    guard.stdin?.end();
    await ended;
  };
  try {
    await initialiseServer(place, passwordFile, serverSettings());
    const port = await startOnFreePort(place);
    const postmaster = await readPostmaster(place.dataFolder);
    if (postmaster === null) throw new Error(`The server in ${home} has not said what its process is.`);
    return { major, pid: postmaster.pid, url: database => serverUrl(port, password, database), stop };
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
  throw new Error('Found no free TCP port for the server.');
}

function startGuard(args: readonly string[], account: ServerPlace['account']): ChildProcess {
  const guard = spawn('sh', ['-c', GUARD, 'satchel-bench-guard', ...args], {
    cwd: '/',
    // In a session of its own, so that Ctrl-C in the terminal ends the benchmark first and not the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  guard.unref();
  return guard;
}
