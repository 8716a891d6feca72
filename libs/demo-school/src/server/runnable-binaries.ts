import { randomBytes } from 'node:crypto';
import { cp, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account.js';
import { binariesIn, type PostgresBinaries } from './postgres-binaries.js';
import { renameUnlessThere } from './rename-unless-there.js';
import { runProgram } from './run-program.js';

/**
 * The programs, where the server's account can run them: in `node_modules` as npm put them, or else in a copy, for
 * `node_modules` under /root or another private folder is closed to every other user.
 *
 * @param folder  where a copy is kept, under a name that says its version and owned by the account; the account can enter it
 * @param account whom the server runs as; null for the user of this process, who needs no copy
 * @throws the file system's error if the copy cannot be made
 */
export async function runnableBinaries(
  installed: PostgresBinaries,
  account: Account | null,
  folder: string,
): Promise<PostgresBinaries> {
  if (!account || (await canRun(installed, account, folder))) return installed;
  const copy = join(folder, `postgresql-${await packageVersion(installed)}`);
  if (!(await exists(copy))) {
    const unfinished = `${copy}.${process.pid}.${randomBytes(4).toString('hex')}`;
    await cp(installed.home, unfinished, { recursive: true, verbatimSymlinks: true });
    await change('chmod', ['-R', 'a+rX', unfinished], folder);
    await change('chown', ['-R', `${account.uid}:${account.gid}`, unfinished], folder);
    await renameUnlessThere(unfinished, copy);
  }
  return binariesIn(copy);
}

async function change(program: string, args: readonly string[], folder: string): Promise<void> {
  const { code, output } = await runProgram(program, args, { account: null, folder });
  if (code !== 0) throw new Error(`${program} failed: ${output.trim()}`);
}

async function canRun(binaries: PostgresBinaries, account: Account, folder: string): Promise<boolean> {
  try {
    const { code } = await runProgram(binaries.initdb, ['--version'], { account, folder });
    return code === 0;
  } catch {
    return false;
  }
}

async function packageVersion(binaries: PostgresBinaries): Promise<string> {
  const text = await readFile(join(dirname(binaries.home), 'package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '';
  return version.replace(/[^0-9A-Za-z.-]/g, '') || 'unknown';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
