import type { UnlockKeys } from '@satchel/domain';
import { BackupError, SYSTEM_ACTOR } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import type { BackupFile } from './backup-file.js';
import type { CopySources } from './copies/copy-sources.js';
import { wholeFile } from './find-stored-backup.js';
import type { RestoreBackup, RestoreOptions, RestoreResult } from './restore-backup.js';

export interface UndoRestoreCommand {
  /** The id of the restore that takes the other one back. */
  readonly newRestoreId: string;
  /** The restore to take back, as its report named it. */
  readonly restoreId: string;
  /** Also put back rows that somebody has edited since. */
  readonly overwriteEdited: boolean;
  readonly dryRun: boolean;
  readonly safetyBackup: boolean;
  readonly sampleRows?: number;
  readonly requestedBy: string | null;
  /** For an encrypted safety backup. */
  readonly keys?: UnlockKeys | undefined;
}

/**
 * Takes a restore back: puts the rows that it changed as its safety backup has them, and removes those that it added.
 * An undo is a restore itself, so it can be undone.
 *
 * @throws BackupError `not_found` if there is no safety backup of that restore, `conflict` if rows were edited since
 */
export class UndoRestore {
  constructor(
    private readonly restore: RestoreBackup,
    private readonly sources: CopySources,
  ) {}

  async run(command: UndoRestoreCommand, options: RestoreOptions = {}): Promise<RestoreResult> {
    const file = await this.#findSafetyBackup(command, options);
    return await this.restore.run(
      {
        restoreId: command.newRestoreId,
        file,
        mode: 'replace',
        duplicateStrategy: 'update',
        allowMissing: false,
        fill: {},
        safetyBackup: command.safetyBackup,
        dryRun: command.dryRun,
        sampleRows: command.sampleRows ?? 0,
        requestedBy: command.requestedBy,
        keys: command.keys,
        undo: { restoreId: command.restoreId, overwriteEdited: command.overwriteEdited },
      },
      options,
    );
  }

  /**
   * The file that an undo would read, so that its key can be asked for before.
   *
   * @throws BackupError `not_found` if there is no safety backup of that restore
   */
  async safetyFile(restoreId: string, signal?: AbortSignal): Promise<BackupFile> {
    const { backups } = await this.sources.stored(signal);
    const safety = backups.find(({ manifest }) => manifest.header.backup.safety?.restoreId === restoreId);
    if (safety === undefined) throw noSafetyBackup(restoreId);
    const { manifest } = safety;
    return await this.sources.findIn(manifest.header.backup.id, storage =>
      wholeFile(storage, manifest, signal),
    );
  }

  /** From here on the restore records itself; that there is nothing to restore is recorded here. */
  async #findSafetyBackup(command: UndoRestoreCommand, options: RestoreOptions): Promise<BackupFile> {
    try {
      return await this.safetyFile(command.restoreId, options.signal);
    } catch (thrown) {
      const action = {
        actor: options.actor ?? SYSTEM_ACTOR,
        action: command.dryRun ? ('restore.analyze' as const) : ('restore.undo' as const),
        subject: command.newRestoreId,
        details: { undoes: command.restoreId },
      };
      await new AuditTrail(this.restore.audit).failed(action, thrown);
      throw thrown;
    }
  }
}

function noSafetyBackup(restoreId: string): BackupError {
  return new BackupError(
    'not_found',
    `There is no safety backup of a restore ${JSON.stringify(restoreId)}: it changed nothing, was made without one, ` +
      'or has been cleaned up. "backup_system list --type=safety" shows those there are.',
    { restoreId },
  );
}
