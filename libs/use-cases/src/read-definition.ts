import type { BackupFile as ReadableFile, VerifiedArchive } from '@satchel/archive';
import { readBackup, verifyArchive } from '@satchel/archive';
import type { DatabaseDefinition, KeyRing, RunOptions, UnlockKeys } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { keysToTry } from './keys-to-try.js';

export interface ReadDefinitionOptions extends RunOptions {
  readonly keyRing: KeyRing;
  /** For an encrypted file; those of the installation are tried as well. */
  readonly keys?: UnlockKeys | undefined;
  readonly maxUnpackedBytes?: number | undefined;
  /** Somebody who may has looked at the file's SQL, or knows where it is from. */
  readonly trustForeign: boolean;
}

export interface ReadDefinition {
  readonly definition: DatabaseDefinition;
  readonly verified: VerifiedArchive;
}

/**
 * Reads a file to its end, checks all of it, and hands out the database's definition that is in it, to be run. It is a program of
 * whoever wrote the file, so it is handed out only if this installation has signed it and nothing has changed since, or if
 * somebody vouches for it. The signature is known only at the end of the file: nothing of it may be run while it is read.
 *
 * @throws BackupError `unsupported` if the file has rows only, `permission_error` if it is not ours and nobody vouches for it,
 *   and what reading throws
 */
export async function readDefinition(
  file: ReadableFile,
  { keyRing, keys, maxUnpackedBytes, trustForeign, signal, onProgress }: ReadDefinitionOptions,
): Promise<ReadDefinition> {
  const readOptions = { keyRing, keys: await keysToTry(keyRing, keys), maxUnpackedBytes, signal };
  const verified = await readBackup(file, readOptions, reader =>
    verifyArchive(reader, { signal, onProgress }),
  );
  const { definition } = verified.header;
  if (definition === undefined) {
    throw new BackupError(
      'unsupported',
      `${file.name} has rows only, and no definition of a database to put them into. Make the tables first (the application's migrations, or ` +
        'pg_dump --schema-only of another copy), then restore without --create-schema.',
      { file: file.name },
    );
  }
  const ours = verified.origin === 'ours' || verified.origin === 'relaid';
  if (!ours && !trustForeign) {
    throw new BackupError(
      'permission_error',
      `${file.name} is ${verified.origin === 'altered' ? 'of this installation, but has been CHANGED since' : 'not signed by this installation'}, and its definition is SQL that would be run as it is. ` +
        "Look at it (jq -r '.schema.preData, .schema.postData'), then add --trust-schema; or bring the signing keys of the installation that made the file (SATCHEL_SIGNING_KEYS).",
      { file: file.name, origin: verified.origin },
    );
  }
  return { definition, verified };
}
