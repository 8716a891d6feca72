import { spawn } from 'node:child_process';
import type { Account } from './account.js';

/** Bytes of a program's output that are kept, from its end; more says nothing new. */
const MAX_OUTPUT = 64 * 1024;

export interface ProgramResult {
  readonly code: number | null;
  /** Standard output and standard error, mixed. */
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param account whom it runs as; null for the user of this process
 * @param folder  its working directory, which the account can enter
 * @throws the error of `spawn` (`ENOENT`, `EACCES`) where it cannot be started; a code other than 0 is no error here
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { account, folder }: { account: Account | null; folder: string },
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, output }));
  });
}
