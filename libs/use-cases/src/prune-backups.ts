import type {
  Actor,
  AuditLog,
  BackupStorage,
  BackupCatalog,
  Clock,
  FailedDelete,
  KeepRules,
  Pin,
  RetentionDecision,
  RetentionPolicy,
  RetentionStore,
  RunOptions,
} from '@satchel/domain';
import { applyRetention, BackupError, SYSTEM_ACTOR, throwIfCancelled, toBackupError } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import type { CopyRemoval } from './copies/copy-removal.js';
import { storedForm } from './copies/keep-copies.js';
import type { StoredBackup } from './stored-manifests.js';
import { readStoredBackups } from './stored-manifests.js';

export interface PruneBackupsCommand {
  /** Whole days that a backup is kept. */
  readonly days: number;
  /** In place of the settings' rules; only those that are given. */
  readonly rules?: Partial<KeepRules> | undefined;
  /** Delete these only, and only if the policy lets them go. */
  readonly only?: readonly string[] | undefined;
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
  /** Why it is kept, why it goes, or why it could not be deleted. */
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

/** What retention knows beside the manifests. */
interface Remembered {
  readonly pins: ReadonlyMap<string, Pin>;
  readonly damaged: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, FailedDelete>;
}

const NOTHING_KNOWN: Remembered = { pins: new Map(), damaged: new Set(), failed: new Map() };

/**
 * Deletes the backups that the policy does not keep. Only files that a manifest of ours describes are touched; the newest
 * good backup of each type stays whatever its age, and so does what is pinned. Safety backups are a type of their own
 * (`safety`) and follow the same rules, so that the latest restore can always be undone. A delete that fails is reported,
 * remembered to be tried again, and stops nothing else. The audit log has an entry for each backup that was deleted, and one
 * for the cleanup; of a look there is none.
 *
 * @throws BackupError `unavailable` if the storage cannot be listed, or pins cannot be read: nothing was deleted then
 */
export class PruneBackups {
  constructor(
    private readonly storage: BackupStorage,
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly retention: RetentionStore,
    /** The settings' policy; a command says its own days. */
    readonly policy: RetentionPolicy,
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
    const remembered = await this.#remember(command.confirm, catalog);
    const policy = { ...this.policy, ...command.rules, days: command.days };
    const candidates = backups.map(stored => toCandidate(stored, remembered));
    const pruned: PrunedBackup[] = [];
    for (const decision of applyRetention(candidates, policy, this.clock.now())) {
      throwIfCancelled(options.signal);
      pruned.push(await this.#carryOut(decision, command, remembered, catalog, trail, options));
    }
    return {
      days: command.days,
      dryRun: !command.confirm,
      backups: pruned,
      freedBytes: sumFreed(pruned),
      warnings: [...warnings, ...catalog.warnings],
    };
  }

  /** What is pinned is not known from the storage, so nothing is deleted without the catalog. */
  async #remember(confirm: boolean, catalog: BestEffortCatalog): Promise<Remembered> {
    const { retention } = this;
    const ask = async (): Promise<Remembered> => ({
      pins: new Map((await retention.pins()).map(pin => [pin.backupId, pin])),
      damaged: new Set(await retention.damaged()),
      failed: new Map((await retention.failedDeletes()).map(failed => [failed.backupId, failed])),
    });
    if (!confirm) return (await catalog.attempt(ask)) ?? NOTHING_KNOWN;
    try {
      return await ask();
    } catch (cause) {
      const { kind, message, context } = toBackupError(cause);
      const why = 'Nothing was deleted: which backups are pinned stands in the catalog.';
      throw new BackupError(kind, `${why} ${message}`, context, { cause });
    }
  }

  async #carryOut(
    { backup: { stored }, keptBecause, goesBecause }: RetentionDecision<ReturnType<typeof toCandidate>>,
    { confirm, only }: PruneBackupsCommand,
    { failed }: Remembered,
    catalog: BestEffortCatalog,
    trail: AuditTrail,
    options: RunOptions,
  ): Promise<PrunedBackup> {
    const described = describe(stored);
    const before = failed.get(described.backupId);
    if (goesBecause === null) {
      // Somebody has pinned it since, or changed the rules: there is nothing to try again.
      if (confirm && before) await this.#forget(described.backupId, catalog);
      return { ...described, outcome: 'kept', reasons: keptBecause };
    }
    const reasons = [goesBecause, ...(before ? [describeFailed(before)] : [])];
    if (!confirm || (only && !only.includes(described.backupId))) {
      return { ...described, outcome: 'would be deleted', reasons };
    }
    return { ...described, ...(await this.#remove(stored, catalog, trail, options.actor ?? SYSTEM_ACTOR)) };
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
      const problem = toBackupError(thrown).message;
      const failed = await catalog.attempt(() =>
        this.retention.noteFailedDelete(
          { backupId: subject, file: manifest.stored.file, problem },
          this.clock.now(),
        ),
      );
      return { outcome: 'failed', reasons: [problem, ...(failed ? [describeFailed(failed)] : [])] };
    }
    await catalog.attempt(index => index.markDeleted(subject, this.clock.now()));
    await this.#forget(subject, catalog);
    await trail.record(action, 'success');
    // What another destination still has of it is removed later.
    return { outcome: 'deleted', reasons: warnings };
  }

  async #forget(backupId: string, catalog: BestEffortCatalog): Promise<void> {
    await catalog.attempt(() => this.retention.forgetFailedDelete(backupId));
  }
}

function describeFailed({ attempts, firstFailedAt, nextAttemptAt }: FailedDelete): string {
  const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return `could not be deleted ${times} since ${moment(firstFailedAt)}; tried again after ${moment(nextAttemptAt)}`;
}

function toCandidate(stored: StoredBackup, { pins, damaged }: Remembered) {
  const backupId = stored.manifest.header.backup.id;
  return {
    backupId,
    scopeName: stored.manifest.header.backup.type,
    finishedAt: new Date(stored.manifest.finishedAt),
    // A manifest is written after the archive was read back; a later look may have found it damaged.
    good: stored.complete && !damaged.has(backupId),
    pin: pins.get(backupId) ?? null,
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
