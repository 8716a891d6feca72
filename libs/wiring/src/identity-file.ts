import { open } from 'node:fs/promises';
import { MAX_IDENTITY_FILE_BYTES, readIdentities } from '@satchel/archive';
import type { Secret } from '@satchel/domain';
import { BackupError } from '@satchel/domain';

/**
 * Reads the secret keys of an identity file; see `readIdentities`.
 *
 * @param named the setting or flag that named it
 * @throws BackupError `validation_error` if it cannot be read, or is none; never says what is in it
 */
export async function readIdentityFile(path: string, named: string): Promise<readonly Secret<string>[]> {
  let text: string;
  try {
    await using handle = await open(path, 'r');
    // A pipe tells no size, so the limit is on what is read.
    const bytes = Buffer.alloc(MAX_IDENTITY_FILE_BYTES + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.length; size += read) {
      read = (await handle.read(bytes, size, bytes.length - size)).bytesRead;
    }
    if (size > MAX_IDENTITY_FILE_BYTES) throw refused(named, 'is too large for a file of secret keys');
    text = bytes.toString('utf8', 0, size);
  } catch (cause) {
    if (cause instanceof BackupError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw refused(named, `names a file that cannot be read (${code})`, cause);
  }
  try {
    return await readIdentities(text);
  } catch (cause) {
    if (cause instanceof BackupError) throw refused(named, `: ${cause.message}`, cause);
    throw cause;
  }
}

function refused(named: string, problem: string, cause?: unknown): BackupError {
  return new BackupError(
    'validation_error',
    problem.startsWith(':') ? `${named}${problem}` : `${named} ${problem}.`,
    { parameter: named },
    { cause },
  );
}
