import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BackupError } from '@satchel/domain';
import { runProgram } from './run-program.js';

/** A user of the operating system, as whom a program runs. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ACCOUNT_NAME = 'postgres';

/** Whether this process runs as root, as which PostgreSQL refuses to run. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Finds the account a PostgreSQL server runs as: for root the user `postgres`, who is made if there is none.
 *
 * @returns null where this process' own user will do
 * @throws BackupError `unavailable` if root cannot make that user
 */
export async function serverAccount(): Promise<Account | null> {
  if (!runsAsRoot()) return null;
  const found = await lookUp(ACCOUNT_NAME);
  if (found) return found;
  const options = { account: null, folder: '/' };
  const attempts: readonly (readonly [string, readonly string[]])[] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ACCOUNT_NAME],
    ],
    ['adduser', ['-S', '-D', '-H', ACCOUNT_NAME]],
  ];
  const outputs: string[] = [];
  for (const [program, args] of attempts) {
    try {
      outputs.push((await runProgram(program, args, options)).output.trim());
    } catch (cause) {
      outputs.push(cause instanceof Error ? cause.message : String(cause));
    }
    const made = await lookUp(ACCOUNT_NAME);
    if (made) return made;
  }
  throw new BackupError(
    'unavailable',
    `PostgreSQL does not run as root, and the user "${ACCOUNT_NAME}" for it could not be made (${outputs.join('; ')}). ` +
      'Start as another user, or set DATABASE_URL to a PostgreSQL server of your own.',
    { user: ACCOUNT_NAME },
  );
}

async function lookUp(name: string): Promise<Account | null> {
  const options = { account: null, folder: '/' };
  const uid = await runProgram('id', ['-u', name], options);
  const gid = await runProgram('id', ['-g', name], options);
  if (uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

/**
 * Whether an account can get to a folder: whether it may enter the folder and every one above it.
 * Looks at owner, group and mode only, so an access control list that forbids more goes unseen.
 */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  let current = resolve(folder);
  for (;;) {
    const { mode, uid, gid } = await stat(current);
    const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & enter) === 0) return false;
    const parent = dirname(current);
    if (parent === current) return true;
    current = parent;
  }
}
