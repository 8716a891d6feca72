import type { BackupId } from './backup-id.js';
import type { Compression } from './archive.js';

/** Where something is stored, relative to the storage's root; only this file makes one. */
export type StorageKey = string;

const ENDINGS: Record<Compression, string> = { none: '.json', gzip: '.json.gz', zstd: '.json.zst' };

const ENCRYPTED_ENDING = '.age';

const MANIFEST_ENDING = '.manifest.json';

/**
 * Names the archive of a backup: name or type, moment and the start of its id, so that a person can tell files apart
 * and no two backups share one. Facts are read from the manifest, never from this name.
 */
export function archiveKey(backup: {
  readonly backupId: BackupId;
  readonly scopeName: string;
  readonly name: string | null;
  readonly startedAt: Date;
  readonly compression: Compression;
  readonly encrypted: boolean;
}): StorageKey {
  const moment = backup.startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const label = (backup.name ?? `${backup.scopeName}_backup`).replaceAll(' ', '_');
  const ending = `${ENDINGS[backup.compression]}${backup.encrypted ? ENCRYPTED_ENDING : ''}`;
  return `${label}_${moment}_${backup.backupId.slice(0, 8)}${ending}`;
}

export function manifestKey(archive: StorageKey): StorageKey {
  return `${archive}${MANIFEST_ENDING}`;
}

export function isManifestKey(key: StorageKey): boolean {
  return key.endsWith(MANIFEST_ENDING);
}

/** Whether a name ends as archives' names do; a manifest's does not count. */
export function isArchiveKey(key: StorageKey): boolean {
  if (isManifestKey(key)) return false;
  const inside = key.endsWith(ENCRYPTED_ENDING) ? key.slice(0, -ENCRYPTED_ENDING.length) : key;
  return Object.values(ENDINGS).some(ending => inside.endsWith(ending));
}
