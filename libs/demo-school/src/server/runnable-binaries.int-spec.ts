import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quickFolder } from '../testing/quick-folder.js';
import { serverAccount } from './account.js';
import { binariesIn, findPostgresBinaries } from './postgres-binaries.js';
import { runnableBinaries } from './runnable-binaries.js';
import { runProgram } from './run-program.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(await quickFolder(), 'satchel-programs-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('gives programs that the server’s account can run, also those that npm put into a private folder', async () => {
  const installed = await findPostgresBinaries();
  const closed = join(folder, 'private');
  await mkdir(closed, { mode: 0o700 });
  await cp(dirname(installed.home), closed, { recursive: true, verbatimSymlinks: true });
  const account = await serverAccount();
  const binaries = await runnableBinaries(binariesIn(join(closed, 'native')), account, folder);
  const { code, output } = await runProgram(binaries.initdb, ['--version'], { account, folder });
  expect(output).toMatch(/^initdb \(PostgreSQL\) 18\./);
  expect(code).toBe(0);
  // A second one finds the copy of the first.
  expect(await runnableBinaries(binariesIn(join(closed, 'native')), account, folder)).toEqual(binaries);
});
