import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BackupError } from '@satchel/domain';
import { canReach, serverAccount, type Account } from './account.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { folderError, hasCode, initialiseServer, type ServerPlace } from './postgres-server.js';
import { renameUnlessThere } from './rename-unless-there.js';
import { runnableBinaries } from './runnable-binaries.js';

/** Where root's server lives when its own user cannot get to the folder that was asked for, as under /root. */
const FOLDER_FOR_ROOT = '/var/lib/satchel';

/** The major version of the programs, as a data folder's `PG_VERSION` has it. */
const MAJOR = '18';

const SETTINGS = { max_connections: '60' };

/** A server that has been made, running or not. */
export interface MadeServer extends ServerPlace {
  readonly passwordFile: string;
  /** Remembers the port, so that URLs stay the same from one start to the next. */
  readonly stateFile: string;
}

/**
 * Finds the embedded server of a folder, and makes it where there is none yet. However many processes do so at the same
 * time, all get the same one: it is made under another name and then renamed, and only the first renaming succeeds.
 *
 * @param folder   holds everything of the server; made if it is not there
 * @param onNotice hears when a server is made in another folder, and why
 * @throws BackupError `unavailable` where the folder cannot be used, `unsupported` if another version made it
 */
export async function openServerFolder(
  folder: string,
  onNotice: (message: string) => void,
): Promise<MadeServer> {
  try {
    const account = await serverAccount();
    const reachable = await reachableFolder(folder, account, onNotice);
    const home = join(reachable, 'postgres');
    const binaries = await runnableBinaries(await findPostgresBinaries(), account, reachable);
    if (!(await exists(home))) await makeServer(home, binaries, account);
    return await describeServer(home, binaries, account);
  } catch (error) {
    throw folderError(folder, error);
  }
}

async function reachableFolder(
  folder: string,
  account: Account | null,
  onNotice: (message: string) => void,
): Promise<string> {
  const made = await mkdir(folder, { recursive: true });
  // A strict umask would keep the server's own user out.
  if (made !== undefined && account) await chmod(folder, 0o755);
  const real = await realpath(folder);
  if (!account || (await canReach(real, account))) return real;
  const name = createHash('sha256').update(real).digest('hex').slice(0, 12);
  const other = join(FOLDER_FOR_ROOT, `${basename(dirname(real))}-${name}`);
  const known = await exists(join(other, 'postgres'));
  await mkdir(other, { recursive: true });
  await chmod(FOLDER_FOR_ROOT, 0o755);
  await chmod(other, 0o755);
  if (known) return other;
  onNotice(
    `PostgreSQL does not run as root, and its own user cannot enter ${real}: the embedded database is kept in ${other}.`,
  );
  return other;
}

async function makeServer(home: string, binaries: PostgresBinaries, account: Account | null): Promise<void> {
  await removeLeftOvers(home);
  const unfinished = `${home}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(unfinished);
  try {
    const place = placeIn(unfinished, binaries, account);
    await writeFile(place.passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
    await chmod(unfinished, 0o755);
    for (const path of account ? [unfinished, place.passwordFile] : []) {
      await chown(path, account?.uid ?? 0, account?.gid ?? 0);
    }
    await initialiseServer(place, place.passwordFile, SETTINGS);
    await renameUnlessThere(unfinished, home);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Removes what processes that died while they made a server have left. */
async function removeLeftOvers(home: string): Promise<void> {
  for (const name of await readdir(dirname(home))) {
    const [base, pid, random] = name.split('.');
    if (base !== basename(home) || !pid || !random || isAlive(Number(pid))) continue;
    await rm(join(dirname(home), name), { recursive: true, force: true });
  }
}

async function describeServer(
  home: string,
  binaries: PostgresBinaries,
  account: Account | null,
): Promise<MadeServer> {
  const place = placeIn(home, binaries, account);
  const version = (await readFile(join(place.dataFolder, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR) {
    throw new BackupError(
      'unsupported',
      `The embedded database in ${home} was made by PostgreSQL ${version}, but this is ${MAJOR}. ` +
        'Back it up with the version of Satchel that made it, then remove the folder.',
      { folder: home, version },
    );
  }
  if (!account) return place;
  // Root starts the server as whoever owns it, so that one made by a common user stays that user's.
  const { uid, gid } = await stat(place.dataFolder);
  return { ...place, account: { uid, gid } };
}

function placeIn(home: string, binaries: PostgresBinaries, account: Account | null): MadeServer {
  return {
    binaries,
    account,
    dataFolder: join(home, 'data'),
    logFile: join(home, 'server.log'),
    passwordFile: join(home, 'password'),
    stateFile: join(home, 'state.json'),
  };
}

/** Whether a process with this id lives; another user's does too. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
