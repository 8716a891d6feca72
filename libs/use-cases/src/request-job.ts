import { neededKey, tryKeys } from '@satchel/archive';
import type {
  AuditAction,
  AuditLog,
  BackupId,
  Clock,
  JobCommand,
  JobKind,
  JobQueue,
  JobRecord,
  KeyRing,
  Manifest,
  RestoreFrom,
  RunOptions,
  ScopeConfig,
  UnlockKeys,
  UploadQuarantine,
} from '@satchel/domain';
import {
  BackupError,
  checkBackupName,
  findScope,
  hasKeys,
  newBackupId,
  NO_KEYS,
  SYSTEM_ACTOR,
  toBackupError,
} from '@satchel/domain';
import type { BackupFile } from './backup-file.js';
import { storedFile } from './backup-file.js';
import { outcomeOf } from './audit/audited.js';
import { keysToTry } from './keys-to-try.js';
import type { RecordedBackups } from './recorded-backup.js';
import { findRecordedBackup } from './recorded-backup.js';
import { refuseSafetyBackup } from './restore-backup.js';
import { sealKeys } from './seal-keys.js';
import { uploadedFile } from './uploaded-file.js';

export interface RequestJobOptions extends RunOptions {
  /** Let a restore wait for another one to end, where it would be a `conflict` else. */
  readonly wait?: boolean | undefined;
  /** What somebody has brought to open an encrypted backup with; it travels sealed, and is tried before there is a job. */
  readonly keys?: UnlockKeys | undefined;
}

const ACTIONS: Readonly<Record<JobKind, AuditAction>> = {
  backup: 'backup.create',
  restore: 'restore.run',
  undo: 'restore.undo',
  verify: 'backup.verify',
  cleanup: 'backup.cleanup',
  drill: 'drill.run',
};

/**
 * Asks for a job. What can be known to fail is refused here, to the person's face, instead of by a job that nobody looks at.
 *
 * @throws BackupError `validation_error` for an unknown type or a name that cannot be used, `not_found` for a backup or a
 *   restore that is not there, `conflict` while another job writes to the database, `unavailable` if the queue is out of
 *   reach, `wrong_key` if the backup is encrypted and cannot be opened; there is no job then
 */
export class RequestJob {
  constructor(
    private readonly scopeConfig: ScopeConfig,
    private readonly backups: RecordedBackups,
    private readonly queue: JobQueue,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly keyRing: KeyRing,
    private readonly uploads: UploadQuarantine,
  ) {}

  async run(asked: JobCommand, options: RequestJobOptions = {}): Promise<JobRecord> {
    const { actor = SYSTEM_ACTOR, wait = false, keys = NO_KEYS, signal } = options;
    const jobId = newBackupId();
    const event = { actor, action: ACTIONS[asked.kind], details: describe(asked) };
    try {
      const checked = await this.#check(asked, keys, signal);
      const command = hasKeys(keys)
        ? { ...checked, sealedKeys: await sealKeys(keys, jobId, this.keyRing) }
        : checked;
      const job = { jobId, command, requestedBy: actor.name, createdAt: this.clock.now() };
      // First the log: what cannot be recorded is not begun.
      await this.audit.record({ ...event, subject: subjectOf(asked) ?? jobId, outcome: 'requested' });
      return await this.queue.enqueue(job, { wait });
    } catch (thrown) {
      const { kind } = toBackupError(thrown);
      const details = { ...event.details, error: kind };
      await this.audit
        .record({ ...event, subject: subjectOf(asked), outcome: outcomeOf(kind), details })
        .catch(() => undefined);
      throw thrown;
    }
  }

  /** @returns the command as it is done */
  async #check(command: JobCommand, keys: UnlockKeys, signal: AbortSignal | undefined): Promise<JobCommand> {
    switch (command.kind) {
      case 'backup': {
        findScope(this.scopeConfig, command.scopeName);
        return { ...command, name: command.name === null ? null : checkBackupName(command.name) };
      }
      case 'verify':
        await this.#checkStored(command.backupId, keys, { signal, needed: false });
        return command;
      case 'restore':
        await this.#checkSource(command.source, keys, signal);
        return command;
      case 'undo':
        await this.#checkUndo(command.restoreId, keys, signal);
        return command;
      case 'cleanup':
        return command;
      case 'drill':
        findScope(this.scopeConfig, command.scopeName);
        if (command.backupId !== null) await findRecordedBackup(this.backups, command.backupId, signal);
        return command;
    }
  }

  async #checkSource(source: RestoreFrom, keys: UnlockKeys, signal: AbortSignal | undefined): Promise<void> {
    if (source.from === 'upload') {
      await this.#tryKeys(await uploadedFile(this.uploads, source.uploadId, signal), keys, signal);
      return;
    }
    const manifest = await this.#checkStored(source.backupId, keys, { signal, needed: true });
    refuseSafetyBackup(manifest.header.backup, false);
  }

  /** @param needed whether the job can do nothing without a key that fits; a verification can */
  async #checkStored(
    backupId: BackupId,
    keys: UnlockKeys,
    { signal, needed }: { readonly signal: AbortSignal | undefined; readonly needed: boolean },
  ): Promise<Manifest> {
    const { manifest } = await findRecordedBackup(this.backups, backupId, signal);
    const { file, encryption } = manifest.stored;
    if (encryption !== 'none' && (needed || hasKeys(keys))) {
      await this.#tryKeys(await storedFile(this.backups.storage, file, signal, manifest), keys, signal);
    }
    return manifest;
  }

  async #tryKeys(file: BackupFile, given: UnlockKeys, signal: AbortSignal | undefined): Promise<void> {
    const keys = await keysToTry(this.keyRing, given);
    if ((await neededKey(file)) !== null) await tryKeys(file, { keys, signal });
  }

  async #checkUndo(restoreId: string, keys: UnlockKeys, signal: AbortSignal | undefined): Promise<void> {
    const restore = await this.backups.jobs.get(restoreId);
    if (restore === null || (restore.kind !== 'restore' && restore.kind !== 'undo')) {
      throw new BackupError('not_found', `There is no restore ${restoreId}.`, { restoreId });
    }
    if (restore.state === 'pending' || restore.state === 'running') {
      throw new BackupError('conflict', `The restore ${restoreId} has not ended yet; cancel it instead.`, {
        restoreId,
        state: restore.state,
      });
    }
    if (restore.safetyBackupId === null) {
      throw new BackupError(
        'not_found',
        `The restore ${restoreId} cannot be taken back: it changed nothing, or was made without a safety backup.`,
        { restoreId },
      );
    }
    await this.#checkStored(restore.safetyBackupId, keys, { signal, needed: true });
  }
}

/** What the log says a job is done to; the job's own id where it makes something new. */
function subjectOf(command: JobCommand): string | null {
  switch (command.kind) {
    case 'verify':
    case 'drill':
      return command.backupId;
    case 'undo':
      return command.restoreId;
    case 'restore':
      return command.source.from === 'backup' ? command.source.backupId : null;
    default:
      return null;
  }
}

function describe(command: JobCommand): Readonly<Record<string, unknown>> {
  switch (command.kind) {
    case 'backup': {
      const { scopeName: type, name, compression, destinations } = command;
      return { type, name, compression, ...(destinations && { destinations }) };
    }
    case 'restore':
      return {
        mode: command.mode,
        file: command.source.from === 'upload' ? command.source.name : null,
        restricted: command.only,
        safetyBackup: command.safetyBackup,
      };
    case 'undo':
      return { safetyBackup: command.safetyBackup, overwriteEdited: command.overwriteEdited };
    case 'cleanup':
      return { days: command.days };
    case 'drill':
      return { type: command.scopeName };
    case 'verify':
      return {};
  }
}
