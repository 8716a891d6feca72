import type { Readable } from 'node:stream';
import { BackupError, Secret } from '@satchel/domain';
import type { CliSession } from '../cli-session.js';
import type { PasswordFlags } from '../commands/user/password.command.js';

/** More than a password may have; the rest of standard input is none of ours. */
const MAX_INPUT_BYTES = 4096;

/**
 * The password that a person gives, never as a flag, which other processes could see: from standard input, or typed twice
 * at the terminal.
 *
 * @returns null if one is to be made: asked for, left empty, or nobody there to ask
 * @throws  BackupError `validation_error` if standard input has none or the two differ; `cancelled`
 */
export async function givenPassword(
  session: CliSession,
  flags: PasswordFlags,
): Promise<Secret<string> | null> {
  if (flags.passwordStdin && flags.randomPassword) {
    throw new BackupError('validation_error', 'Give --password-stdin or --random-password, not both.', {
      parameter: '--password-stdin',
    });
  }
  if (flags.passwordStdin) return readFirstLine(process.stdin);
  if (flags.randomPassword || !session.canAsk) return null;
  const typed = await session.askHidden('Password (empty: one is made and shown once): ');
  if (typed === '') return null;
  if ((await session.askHidden('The same again: ')) === typed) return new Secret(typed);
  throw new BackupError('validation_error', 'The two passwords differ. Nothing was changed.', {
    parameter: 'password',
  });
}

async function readFirstLine(input: Readable): Promise<Secret<string>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (chunk.includes('\n') || size > MAX_INPUT_BYTES) break;
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/);
  if (line !== '' && size <= MAX_INPUT_BYTES) return new Secret(line);
  throw new BackupError(
    'validation_error',
    'Standard input has no password: its first line is taken, without the line end.',
    { parameter: '--password-stdin' },
  );
}
