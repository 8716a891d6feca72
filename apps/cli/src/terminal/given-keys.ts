import type { Readable } from 'node:stream';
import type { BackupFile } from '@satchel/archive';
import { MAX_IDENTITY_FILE_BYTES, neededKey, readIdentities } from '@satchel/archive';
import type { UnlockKeys } from '@satchel/domain';
import { BackupError, NO_KEYS, Secret } from '@satchel/domain';
import type { CliSession } from '../cli-session.js';

/** What the flag `--identity` says wherever there is one. */
export const IDENTITY_FLAG = '-i, --identity <file>';
export const IDENTITY_DESCRIPTION =
  'a file with the secret key of an encrypted backup, or - for standard input (default: BACKUP_IDENTITY_FILE)';

/**
 * The keys that a person brings for an encrypted file: `--identity`, which may be standard input, or a passphrase typed at the
 * terminal, where the file needs one and the settings have none.
 *
 * @param find the file, looked at only if there may be something to ask
 * @throws BackupError `validation_error` for a file that holds no key; `cancelled`
 */
export async function givenKeys(
  session: CliSession,
  identity: string | undefined,
  hasPassphrase: boolean,
  find: () => Promise<BackupFile>,
): Promise<UnlockKeys> {
  if (identity !== undefined) return { ...NO_KEYS, identities: await readIdentity(identity) };
  if (hasPassphrase || !session.canAsk || (await neededKey(await find())) !== 'passphrase') return NO_KEYS;
  const typed = await session.askHidden('Passphrase of the backup (empty: none): ');
  return typed === '' ? NO_KEYS : { ...NO_KEYS, passphrases: [new Secret(typed)] };
}

/** Reads `--identity`: a file, or `-` for standard input. */
export async function readIdentity(identity: string): Promise<readonly Secret<string>[]> {
  if (identity === '-') return await readIdentities(await readAll(process.stdin));
  const { readIdentityFile } = await import('@satchel/wiring');
  return await readIdentityFile(identity, '--identity');
}

/** @throws BackupError `validation_error` where both would be read from standard input */
export function refuseTwoInputs(file: string, identity: string | undefined): void {
  if (file !== '-' || identity !== '-') return;
  throw new BackupError(
    'validation_error',
    'Standard input is either the backup (--file=-) or the key (--identity=-). Give the name of a file for one of them.',
    { parameter: '--identity' },
  );
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_IDENTITY_FILE_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, MAX_IDENTITY_FILE_BYTES);
}
