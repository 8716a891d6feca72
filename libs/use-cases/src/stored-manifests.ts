import { MAX_MANIFEST_BYTES, readManifest } from '@satchel/archive';
import type { BackupStorage, Manifest, ObjectStat, StorageKey } from '@satchel/domain';
import { isArchiveKey, isManifestKey, manifestKey, throwIfCancelled, toBackupError } from '@satchel/domain';

/** A backup as the storage has it: what its manifest says, and whether the archive is there. */
export interface StoredBackup {
  readonly manifest: Manifest;
  readonly manifestKey: StorageKey;
  /** Whether the archive is there with the size that the manifest says. */
  readonly complete: boolean;
}

export interface StoredBackups {
  /** Newest first. */
  readonly backups: readonly StoredBackup[];
  /** Archives that no manifest stands beside: they count as no backups, and nothing here ever deletes them. */
  readonly withoutManifest: readonly StorageKey[];
  /** Files that call themselves manifests and are not, and archives without one, in words. */
  readonly warnings: readonly string[];
}

/** How many archives without a manifest a warning names; in a folder of somebody's own files there may be thousands. */
const NAMED_AT_MOST = 5;

/**
 * Reads one manifest.
 *
 * @throws BackupError `not_found`, or `invalid_backup` if it is not a manifest
 */
export async function readStoredManifest(
  storage: BackupStorage,
  key: StorageKey,
  signal?: AbortSignal,
): Promise<Manifest> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stored: AsyncIterable<Uint8Array> = await storage.read(
    key,
    { start: 0, end: MAX_MANIFEST_BYTES },
    signal,
  );
  for await (const bytes of stored) {
    size += bytes.length;
    // One byte more than allowed is enough for the reader to refuse it.
    if (size > MAX_MANIFEST_BYTES + 1) break;
    chunks.push(bytes);
  }
  return readManifest(Buffer.concat(chunks));
}

/**
 * Reads every manifest of the storage. A manifest that cannot be read, or that describes another file than the one it
 * stands beside, is a warning and counts as none; so is an archive without a manifest.
 *
 * @throws BackupError `unavailable` if the storage itself is out of reach
 */
export async function readStoredBackups(
  storage: BackupStorage,
  signal?: AbortSignal,
): Promise<StoredBackups> {
  const objects = new Map<StorageKey, ObjectStat>();
  for await (const object of storage.list()) objects.set(object.key, object);
  const backups: StoredBackup[] = [];
  const warnings: string[] = [];
  for (const key of objects.keys()) {
    if (!isManifestKey(key)) continue;
    throwIfCancelled(signal);
    try {
      const manifest = await readStoredManifest(storage, key, signal);
      const { file, sizeBytes } = manifest.stored;
      if (manifestKey(file) !== key) {
        warnings.push(`${key} describes another file (${file}) and is left alone.`);
        continue;
      }
      backups.push({ manifest, manifestKey: key, complete: objects.get(file)?.sizeBytes === sizeBytes });
    } catch (thrown) {
      const error = toBackupError(thrown);
      if (error.kind === 'cancelled' || error.kind === 'unavailable') throw error;
      // Deleted by somebody since it was listed.
      if (error.kind === 'not_found') continue;
      warnings.push(`${key} is left alone: ${error.message}`);
    }
  }
  backups.sort((a, b) => b.manifest.finishedAt.localeCompare(a.manifest.finishedAt));
  const withoutManifest = await findWithoutManifest(storage, objects);
  if (withoutManifest.length > 0) warnings.push(describeWithoutManifest(withoutManifest));
  return { backups, withoutManifest, warnings };
}

async function findWithoutManifest(
  storage: BackupStorage,
  objects: ReadonlyMap<StorageKey, ObjectStat>,
): Promise<StorageKey[]> {
  const found: StorageKey[] = [];
  for (const key of objects.keys()) {
    if (!isArchiveKey(key) || objects.has(manifestKey(key))) continue;
    // A backup that was being finished while we listed has its manifest by now, and one being deleted is gone.
    if ((await storage.stat(manifestKey(key))) === null && (await storage.stat(key)) !== null)
      found.push(key);
  }
  return found.sort();
}

function describeWithoutManifest(keys: readonly StorageKey[]): string {
  const more = keys.length - NAMED_AT_MOST;
  const named = keys.slice(0, NAMED_AT_MOST).join(', ');
  return keys.length === 1
    ? `${named} has no manifest: an interrupted backup, or a file put there by hand. It counts as no backup and is never deleted; ` +
        '"backup_system verify" says whether it is whole.'
    : `${named}${more > 0 ? ` and ${more} more` : ''} have no manifest: interrupted backups, or files put there by hand. ` +
        'They count as no backups and are never deleted; "backup_system verify" says whether one is whole.';
}
