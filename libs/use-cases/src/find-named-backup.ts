import type { BackupCatalog, BackupId, BackupStorage } from '@satchel/domain';
import { BackupError, isBackupId } from '@satchel/domain';
import { readStoredBackups } from './stored-manifests.js';

export interface NamedBackup {
  readonly backupId: BackupId;
  readonly scopeName: string;
  /** Null: it never had one. */
  readonly file: string | null;
  readonly sizeBytes: number | null;
  readonly rows: number | null;
}

/**
 * Finds the backup that a person means: by its id, or by the file that a list shows. One that is in the catalog alone, since
 * its file is gone, is found too.
 *
 * @throws BackupError `not_found`; what the storage throws, and the catalog where no manifest has the answer
 */
export async function findNamedBackup(
  storage: BackupStorage,
  catalog: BackupCatalog,
  named: string,
  signal?: AbortSignal,
): Promise<NamedBackup> {
  const { backups } = await readStoredBackups(storage, signal);
  const stored = backups.find(
    ({ manifest }) => manifest.header.backup.id === named || manifest.stored.file === named,
  );
  if (stored !== undefined) {
    const { header, footer, stored: archive } = stored.manifest;
    const { file, sizeBytes } = archive;
    const { id: backupId, type: scopeName } = header.backup;
    return { backupId, scopeName, file, sizeBytes, rows: footer.totals.rows };
  }
  const record = isBackupId(named) ? await catalog.get(named) : null;
  if (record === null) {
    throw new BackupError(
      'not_found',
      `There is no backup ${JSON.stringify(named)}; "backup_system list" shows which there are.`,
      { backup: named },
    );
  }
  const { backupId, scopeName, file, sizeBytes, rows } = record;
  return { backupId, scopeName, file, sizeBytes, rows };
}
