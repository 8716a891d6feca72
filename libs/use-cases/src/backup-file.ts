import type { Readable } from 'node:stream';
import type { BackupStorage, Encryption, Manifest, StorageKey } from '@satchel/domain';
import { BackupError } from '@satchel/domain';

/**
 * A file that a backup is read from, wherever it is: on disk, in the storage, spooled from standard input.
 * It can be opened more than once, and does not change meanwhile.
 */
export interface BackupFile {
  /** For people: the file's name without its folder, `standard input` for a pipe. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Most bytes that it may have when unpacked; without it there is no limit, as for a backup that we wrote. */
  readonly maxUnpackedBytes?: number | undefined;
  /** What its manifest says of who can open it; absent where there is none. */
  readonly encryption?: Encryption | undefined;
  /** @param range first and last byte, both included; the whole file without it */
  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
}

/**
 * A stored archive as a file.
 *
 * @param manifest what stands beside it, where it is at hand
 * @throws BackupError `not_found` if the storage has no such key
 */
export async function storedFile(
  storage: BackupStorage,
  key: StorageKey,
  signal?: AbortSignal,
  manifest?: Manifest | null,
): Promise<BackupFile> {
  const stat = await storage.stat(key);
  if (stat === null) {
    throw new BackupError(
      'not_found',
      `There is no file ${key} among the stored backups; "backup_system list" shows those there are.`,
      {
        file: key,
      },
    );
  }
  return {
    name: key,
    sizeBytes: stat.sizeBytes,
    ...(manifest && { encryption: manifest.stored.encryption }),
    open: range => storage.read(key, range, signal),
  };
}
