import type {
  AuditLog,
  BackupCatalog,
  BackupId,
  Clock,
  Pin,
  RetentionStore,
  RunOptions,
} from '@satchel/domain';
import { BackupError, isBackupId, SYSTEM_ACTOR } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { CopySources } from '../copies/copy-sources.js';
import { findStoredBackup } from '../find-stored-backup.js';

const MAX_REASON = 200;

/**
 * Keeps retention, and people, from deleting a backup that somebody needs: until it is unpinned, nothing deletes it.
 *
 * @throws BackupError `not_found` for a backup that is not stored, or is not pinned; `validation_error` without a reason
 */
export class PinBackups {
  constructor(
    private readonly sources: CopySources,
    private readonly catalog: BackupCatalog,
    private readonly retention: RetentionStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(): Promise<readonly Pin[]> {
    return await this.retention.pins();
  }

  /** One that is pinned already gets the new reason. */
  async pin(
    { backupId, reason }: { readonly backupId: BackupId; readonly reason: string },
    { actor = SYSTEM_ACTOR, signal }: RunOptions = {},
  ): Promise<Pin> {
    const details = { reason: reason.trim().slice(0, MAX_REASON) };
    return await audited(
      this.audit,
      { actor, action: 'backup.pin', subject: backupId, details },
      async () => {
        const id = checkId(backupId);
        const { manifest } = await this.sources.findIn(id, storage =>
          findStoredBackup(storage, this.catalog, id, signal),
        );
        const pin = {
          backupId: manifest.header.backup.id,
          reason: checkReason(reason),
          pinnedBy: actor.name,
          pinnedAt: this.clock.now(),
        };
        await this.retention.pin(pin);
        return pin;
      },
    );
  }

  async unpin(backupId: BackupId, { actor = SYSTEM_ACTOR }: RunOptions = {}): Promise<void> {
    await audited(this.audit, { actor, action: 'backup.unpin', subject: backupId, details: {} }, async () => {
      if (await this.retention.unpin(checkId(backupId))) return;
      throw new BackupError('not_found', `The backup ${backupId} is not pinned.`, { backupId });
    });
  }
}

/** @throws BackupError `conflict` for a backup that somebody has pinned */
export function refusePinned(pins: readonly Pin[], backupId: BackupId): void {
  const pin = pins.find(each => each.backupId === backupId);
  if (pin === undefined) return;
  throw new BackupError(
    'conflict',
    `This backup was pinned by ${pin.pinnedBy ?? 'somebody'}: ${pin.reason}. Unpin it first; force does not delete it either.`,
    { backupId, pinnedBy: pin.pinnedBy, reason: pin.reason },
  );
}

function checkId(backupId: string): string {
  if (isBackupId(backupId)) return backupId;
  throw new BackupError('not_found', `There is no backup ${JSON.stringify(backupId.slice(0, 64))}.`);
}

function checkReason(text: string): string {
  const reason = text.trim();
  if (reason.length >= 1 && reason.length <= MAX_REASON) return reason;
  throw new BackupError(
    'validation_error',
    `Say why it is pinned, in 1 to ${MAX_REASON} characters: whoever finds it in five years wants to know.`,
    { parameter: 'reason' },
  );
}
