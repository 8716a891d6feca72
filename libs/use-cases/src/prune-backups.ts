import type { Actor, AuditLog, BackupStorage, BackupCatalog, Clock, RunOptions } from '@satchel/domain';
import { applyRetention, SYSTEM_ACTOR, throwIfCancelled, toBackupError } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import type { CopyRemoval } from './copies/copy-removal.js';
import { storedForm } from './copies/keep-copies.js';
import type { StoredBackup } from './stored-manifests.js';
import { readStoredBackups } from './stored-manifests.js';

export interface PruneBackupsCommand {
  /** Whole days that a backup is kept. */
  readonly days: number;
  /** Without it nothing is deleted; the result says what would be. */
  readonly confirm: boolean;
}

export interface PrunedBackup {
  readonly backupId: string;
  readonly scopeName: string;
  readonly file: string;
  readonly finishedAt: string;
  readonly sizeBytes: number;
  readonly outcome: 'kept' | 'would be deleted' | 'deleted' | 'failed';
  /** Why it is kept, or why it could not be deleted. */
  readonly reasons: readonly string[];
}

export interface PruneBackupsResult {
  readonly days: number;
  readonly dryRun: boolean;
  /** Newest first. */
  readonly backups: readonly PrunedBackup[];
  /** What was freed, or would be. */
  readonly freedBytes: number;
  readonly warnings: readonly string[];
}

/**
 * Deletes backups older than a number of days. Only files that a manifest of ours describes are touched; the newest
 * good backup of each type stays whatever its age. Safety backups are a type of their own (`safety`) and follow the
 * same rule, so that the latest restore can always be undone. A delete that fails is reported and stops nothing else.
 * The audit log has an entry for each backup that was deleted, and one for the cleanup; of a look there is none.
 *
 * @throws BackupError `unavailable` if the storage cannot be listed
 */
export class PruneBackups {
  constructor(
    private readonly storage: BackupStorage,
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly removal: CopyRemoval,
  ) {}

  async run(command: PruneBackupsCommand, options: RunOptions = {}): Promise<PruneBackupsResult> {
    const catalog = new BestEffortCatalog(this.catalog);
    const trail = new AuditTrail(this.audit, catalog);
    if (!command.confirm) return await this.#prune(command, options, catalog, trail);
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'backup.cleanup' as const,
      subject: null,
      details: { days: command.days },
    };
    return await trail.run(
      action,
      () => this.#prune(command, options, catalog, trail),
      ({ backups, freedBytes }) => ({
        deleted: backups.filter(({ outcome }) => outcome === 'deleted').length,
        failed: backups.filter(({ outcome }) => outcome === 'failed').length,
        freedBytes,
      }),
    );
  }

  async #prune(
    command: PruneBackupsCommand,
    options: RunOptions,
    catalog: BestEffortCatalog,
    trail: AuditTrail,
  ): Promise<PruneBackupsResult> {
    const { backups, warnings } = await readStoredBackups(this.storage, options.signal);
    const decisions = applyRetention(backups.map(toCandidate), command.days, this.clock.now());
    const pruned: PrunedBackup[] = [];
    for (const { backup, keptBecause } of decisions) {
      throwIfCancelled(options.signal);
      const { outcome, reasons } =
        keptBecause.length > 0
          ? { outcome: 'kept' as const, reasons: keptBecause }
          : command.confirm
            ? await this.#remove(backup.stored, catalog, trail, options.actor ?? SYSTEM_ACTOR)
            : { outcome: 'would be deleted' as const, reasons: [] };
      pruned.push({ ...describe(backup.stored), outcome, reasons });
    }
    return {
      days: command.days,
      dryRun: !command.confirm,
      backups: pruned,
      freedBytes: sumFreed(pruned),
      warnings: [...warnings, ...catalog.warnings],
    };
  }

  /** The archive first: stopped between the two, the next run finds the manifest and finishes. */
  async #remove(
    { manifest, manifestKey }: StoredBackup,
    catalog: BestEffortCatalog,
    trail: AuditTrail,
    actor: Actor,
  ): Promise<{ outcome: 'deleted' | 'failed'; reasons: readonly string[] }> {
    const { id: subject, type } = manifest.header.backup;
    const details = { type, file: manifest.stored.file, cleanup: true };
    const action = { actor, action: 'backup.delete' as const, subject, details };
    let warnings: readonly string[] = [];
    try {
      ({ warnings } = await this.removal.around(storedForm(manifest), async () => {
        await this.storage.remove(manifest.stored.file);
        await this.storage.remove(manifestKey);
      }));
    } catch (thrown) {
      await trail.failed(action, thrown);
      return { outcome: 'failed', reasons: [toBackupError(thrown).message] };
    }
    await catalog.attempt(index => index.markDeleted(subject, this.clock.now()));
    await trail.record(action, 'success');
    // What another destination still has of it is removed later.
    return { outcome: 'deleted', reasons: warnings };
  }
}

function toCandidate(stored: StoredBackup) {
  return {
    backupId: stored.manifest.header.backup.id,
    scopeName: stored.manifest.header.backup.type,
    finishedAt: new Date(stored.manifest.finishedAt),
    good: stored.complete,
    stored,
  };
}

function describe({ manifest }: StoredBackup) {
  return {
    backupId: manifest.header.backup.id,
    scopeName: manifest.header.backup.type,
    file: manifest.stored.file,
    finishedAt: manifest.finishedAt,
    sizeBytes: manifest.stored.sizeBytes,
  };
}

function sumFreed(backups: readonly PrunedBackup[]): number {
  return backups
    .filter(({ outcome }) => outcome === 'deleted' || outcome === 'would be deleted')
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
