import type {
  AuditLog,
  BackupCatalog,
  BackupId,
  BackupRecord,
  BackupStorage,
  Clock,
  RetentionStore,
  RunOptions,
} from '@satchel/domain';
import { BackupError, SYSTEM_ACTOR } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import type { CopyRemoval } from './copies/copy-removal.js';
import { storedForm } from './copies/keep-copies.js';
import { refusePinned } from './retention/pin-backups.js';
import type { StoredBackup } from './stored-manifests.js';
import { readStoredBackups } from './stored-manifests.js';

export interface DeleteBackupCommand {
  readonly backupId: BackupId;
  /** Also the newest good backup of its type. */
  readonly force: boolean;
}

export interface DeleteBackupResult {
  readonly backupId: BackupId;
  readonly scopeName: string;
  /** Null: it never had one. */
  readonly file: string | null;
  readonly freedBytes: number;
  /** Whether the file was gone before. */
  readonly fileMissing: boolean;
  readonly warnings: readonly string[];
}

/**
 * Deletes one backup, archive and manifest; its record stays, marked. One whose file is gone already is marked all the
 * same.
 *
 * @throws BackupError `not_found`; `conflict` for one that is pinned, for the newest good backup of its type unless `force`,
 *   for one that is being made, and for one that is stored elsewhere; `unavailable` if the storage is out of reach
 */
export class DeleteBackup {
  constructor(
    private readonly storage: BackupStorage,
    /** The storage's name in the catalog: an absolute folder. */
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly retention: RetentionStore,
    private readonly removal: CopyRemoval,
  ) {}

  async run(command: DeleteBackupCommand, options: RunOptions = {}): Promise<DeleteBackupResult> {
    const { backupId, force } = command;
    const catalog = new BestEffortCatalog(this.catalog);
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'backup.delete' as const,
      subject: backupId,
      details: { force },
    };
    return new AuditTrail(this.audit, catalog).run(
      action,
      async () => {
        // Out of reach, it is said in a warning: somebody has asked for this very backup to go.
        refusePinned((await catalog.attempt(() => this.retention.pins())) ?? [], backupId);
        const { backups } = await readStoredBackups(this.storage, options.signal);
        const stored = backups.find(({ manifest }) => manifest.header.backup.id === backupId);
        if (stored === undefined) return this.#markMissing(backupId);
        if (!force) refuseNewest(stored, backups);
        return this.#remove(stored, catalog);
      },
      ({ scopeName, file, freedBytes, fileMissing }) => ({ type: scopeName, file, freedBytes, fileMissing }),
    );
  }

  /** The archive first: stopped between the two, a second attempt finds the manifest and finishes. */
  async #remove(
    { manifest, manifestKey, complete }: StoredBackup,
    catalog: BestEffortCatalog,
  ): Promise<DeleteBackupResult> {
    const { id: backupId, type: scopeName } = manifest.header.backup;
    const { file, sizeBytes } = manifest.stored;
    const isThere = complete || (await this.storage.stat(file)) !== null;
    const { warnings } = await this.removal.around(storedForm(manifest), async () => {
      await this.storage.remove(file);
      await this.storage.remove(manifestKey);
    });
    await catalog.attempt(async index => {
      // The catalog may not have heard of it, and then the fact that it was there would be lost.
      await index.adopt(this.location, manifest);
      await index.markDeleted(backupId, this.clock.now());
    });
    const freedBytes = isThere ? sizeBytes : 0;
    return {
      backupId,
      scopeName,
      file,
      freedBytes,
      fileMissing: !isThere,
      warnings: [...warnings, ...catalog.warnings],
    };
  }

  async #markMissing(backupId: BackupId): Promise<DeleteBackupResult> {
    const record = await this.catalog.get(backupId);
    if (record === null || record.deletedAt !== null) throw noSuchBackup(backupId, record);
    if (record.state === 'pending' || record.state === 'running') {
      throw new BackupError('conflict', 'This backup is being made. Cancel it, or wait for its end.', {
        backupId,
      });
    }
    if (record.location !== null && record.location !== this.location) {
      throw new BackupError('conflict', 'This backup is stored elsewhere. Delete it there.', { backupId });
    }
    const { scopeName, file, sizeBytes, digest } = record;
    // Gone from the primary; what the other destinations have of it is deleted all the same.
    const { warnings } =
      file === null || sizeBytes === null || digest === null
        ? { warnings: [] }
        : await this.removal.around({ backupId, file, sizeBytes, digest, destinations: null }, () =>
            Promise.resolve(),
          );
    await this.catalog.markDeleted(backupId, this.clock.now());
    return { backupId, scopeName, file, freedBytes: 0, fileMissing: true, warnings };
  }
}

/** @param backups newest first */
function refuseNewest(stored: StoredBackup, backups: readonly StoredBackup[]): void {
  const { id: backupId, type } = stored.manifest.header.backup;
  const newest = backups.find(({ manifest, complete }) => complete && manifest.header.backup.type === type);
  if (newest !== stored) return;
  throw new BackupError(
    'conflict',
    `This is the newest good backup of type ${type}, and nothing else would protect these tables as well. ` +
      'Make another one first, or delete it with `force`.',
    { backupId },
  );
}

function noSuchBackup(backupId: BackupId, record: BackupRecord | null): BackupError {
  const message =
    record === null
      ? `There is no backup ${JSON.stringify(backupId)}.`
      : 'This backup has been deleted already.';
  return new BackupError('not_found', message, { backupId });
}
