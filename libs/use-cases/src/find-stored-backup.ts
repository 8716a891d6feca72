import type { BackupCatalog, BackupId, BackupStorage, Manifest } from '@satchel/domain';
import { BackupError, manifestKey, toBackupError } from '@satchel/domain';
import type { BackupFile } from './backup-file.js';
import type { CopySources } from './copies/copy-sources.js';
import { storedFile } from './backup-file.js';
import { readStoredBackups, readStoredManifest } from './stored-manifests.js';

export interface FoundBackup {
  readonly manifest: Manifest;
  readonly file: BackupFile;
}

/**
 * Finds a stored backup by its id in the first destination that has it whole.
 *
 * @throws BackupError as `findStoredBackup` does, and `invalid_backup` where its size is not the manifest's; what was wrong
 *   in the primary, if none has it
 */
export async function findWholeBackup(
  sources: CopySources,
  catalog: BackupCatalog,
  backupId: BackupId,
  signal?: AbortSignal,
): Promise<FoundBackup> {
  return await sources.findIn(backupId, async storage => {
    const { manifest } = await findStoredBackup(storage, catalog, backupId, signal);
    return { manifest, file: await wholeFile(storage, manifest, signal) };
  });
}

/**
 * A stored archive as a file, if it has the size that its manifest says.
 *
 * @throws BackupError `not_found` if the storage has no such archive, `invalid_backup` where its size is another
 */
export async function wholeFile(
  storage: BackupStorage,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<BackupFile> {
  const { file, sizeBytes } = manifest.stored;
  const found = await storedFile(storage, file, signal, manifest);
  if (found.sizeBytes === sizeBytes) return found;
  throw new BackupError(
    'invalid_backup',
    `${file} has ${found.sizeBytes} bytes and its manifest says ${sizeBytes}: it has been ${found.sizeBytes < sizeBytes ? 'cut off' : 'changed'}. Use another backup.`,
    { backupId: manifest.header.backup.id, file },
  );
}

/**
 * Finds a stored backup by its id. The catalog is asked first, since it knows the file's name at once; where it does not
 * answer, or is wrong, every manifest is looked at: they are the truth.
 *
 * @throws BackupError `not_found` if no manifest of that id is there, or its archive is not; what the storage throws
 */
export async function findStoredBackup(
  storage: BackupStorage,
  catalog: BackupCatalog,
  backupId: BackupId,
  signal?: AbortSignal,
): Promise<FoundBackup> {
  const manifest =
    (await findByCatalog(storage, catalog, backupId, signal)) ??
    (await readStoredBackups(storage, signal)).backups.find(
      ({ manifest: { header } }) => header.backup.id === backupId,
    )?.manifest;
  if (manifest === undefined) {
    throw new BackupError(
      'not_found',
      `There is no stored backup ${backupId}: it was never finished, has been deleted, or is stored elsewhere.`,
      { backupId },
    );
  }
  return { manifest, file: await storedFile(storage, manifest.stored.file, signal, manifest) };
}

async function findByCatalog(
  storage: BackupStorage,
  catalog: BackupCatalog,
  backupId: BackupId,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const record = await catalog.get(backupId).catch(() => null);
  if (record === null || record.file === null) return undefined;
  try {
    const manifest = await readStoredManifest(storage, manifestKey(record.file), signal);
    return manifest.header.backup.id === backupId ? manifest : undefined;
  } catch (thrown) {
    const error = toBackupError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'unavailable') throw error;
    return undefined;
  }
}
