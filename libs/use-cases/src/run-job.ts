import type {
  Actor,
  BackupCatalog,
  JobCommand,
  JobHandler,
  JobRecord,
  KeyRing,
  RestoreFrom,
  RestoreJob,
  RunOptions,
  UnlockKeys,
  UploadQuarantine,
} from '@satchel/domain';
import { isScheduleRequester, SYSTEM_ACTOR } from '@satchel/domain';
import type { BackupFile } from './backup-file.js';
import type { CreateBackup } from './create-backup.js';
import type { CopySources } from './copies/copy-sources.js';
import type { KeepCopies } from './copies/keep-copies.js';
import { findWholeBackup } from './find-stored-backup.js';
import type { RunDrill } from './drill/run-drill.js';
import { drillReport } from './report/drill-report.js';
import type { PruneBackups } from './prune-backups.js';
import { backupReport, cleanupReport, restoreReport, verifyReport } from './report/job-report.js';
import type { RestoreBackup } from './restore-backup.js';
import { openSealedKeys } from './seal-keys.js';
import type { UndoRestore } from './undo-restore.js';
import { uploadedFile } from './uploaded-file.js';
import type { VerifyBackup } from './verify-backup.js';

/** What jobs are done with. */
export interface RunJobParts {
  readonly create: CreateBackup;
  readonly restore: RestoreBackup;
  readonly undo: UndoRestore;
  readonly verify: VerifyBackup;
  readonly prune: PruneBackups;
  readonly sources: CopySources;
  readonly keep: KeepCopies;
  readonly drill: RunDrill;
  readonly catalog: BackupCatalog;
  readonly quarantine: UploadQuarantine;
  /** Opens the keys that came with a job. */
  readonly keyRing: KeyRing;
  /** Values for required columns that old files lack; a command's own come before these. */
  readonly fill: Readonly<Record<string, string>>;
}

type Options = RunOptions & { readonly actor: Actor };

/**
 * Does what a job says: the one place where a queue's command becomes a use case's. What it returns is the job's report,
 * see `report/job-report.ts`.
 *
 * @throws BackupError what the use case throws; `not_found` for a backup or an upload that is not there (any more);
 *   `conflict` if the plan is no longer the one that was agreed to
 */
export class RunJob {
  constructor(private readonly parts: RunJobParts) {}

  readonly run: JobHandler = (job, command, { signal, onProgress }) =>
    this.#run(job, command, { signal, onProgress, actor: actorOf(job) });

  async #run(job: JobRecord, command: JobCommand, options: Options): Promise<unknown> {
    const { create, undo, verify, prune, sources, keep, catalog } = this.parts;
    const { jobId, requestedBy } = job;
    switch (command.kind) {
      case 'backup': {
        const { scopeName, name, compression, jobs, destinations = null } = command;
        const asked = { backupId: jobId, scopeName, name, compression, jobs, requestedBy, destinations };
        const made = await create.run(asked, options);
        // The backup stands; a copy that fails is a warning, and is tried again.
        const { warnings } = await keep.afterBackup(made.manifest, options);
        return backupReport({ ...made, warnings: [...made.warnings, ...warnings] });
      }
      case 'restore':
        return await this.#restore(job, command, options);
      case 'undo': {
        const { restoreId, overwriteEdited, safetyBackup } = command;
        const keys = await this.#keysOf(job, command.sealedKeys);
        const asked = { newRestoreId: jobId, restoreId, overwriteEdited, safetyBackup, keys, dryRun: false };
        return restoreReport(await undo.run({ ...asked, requestedBy }, options), restoreId);
      }
      case 'verify': {
        const found = await findWholeBackup(sources, catalog, command.backupId, options.signal);
        const keys = await this.#keysOf(job, command.sealedKeys);
        return verifyReport(await verify.run({ ...found, keys }, options));
      }
      case 'cleanup':
        return cleanupReport(await prune.run({ days: command.days, confirm: true }, options));
      case 'drill': {
        const { scopeName, backupId } = command;
        return drillReport(await this.parts.drill.run({ drillId: jobId, scopeName, backupId }, options));
      }
    }
  }

  async #keysOf({ jobId }: JobRecord, sealedKeys: string | undefined): Promise<UnlockKeys | undefined> {
    return sealedKeys === undefined ? undefined : openSealedKeys(sealedKeys, jobId, this.parts.keyRing);
  }

  async #restore(job: JobRecord, command: RestoreJob, options: Options): Promise<unknown> {
    const { jobId, requestedBy } = job;
    const { source, mode, duplicateStrategy, allowMissing, only, safetyBackup, agreedPlan } = command;
    try {
      const result = await this.parts.restore.run(
        {
          restoreId: jobId,
          file: await this.#open(source, options),
          mode,
          duplicateStrategy,
          allowMissing,
          fill: { ...this.parts.fill, ...command.fill },
          only,
          safetyBackup,
          agreedPlan,
          keys: await this.#keysOf(job, command.sealedKeys),
          dryRun: false,
          sampleRows: 0,
          requestedBy,
        },
        options,
      );
      return restoreReport(result);
    } finally {
      // However it ended, nobody needs the file again: a restore is not repeated. What cannot be removed now is swept later.
      if (source.from === 'upload') {
        await this.parts.quarantine.remove(source.uploadId).catch(() => undefined);
      }
    }
  }

  async #open(source: RestoreFrom, { signal }: Options): Promise<BackupFile> {
    const { sources, catalog, quarantine } = this.parts;
    if (source.from === 'upload') return uploadedFile(quarantine, source.uploadId, signal);
    return (await findWholeBackup(sources, catalog, source.backupId, signal)).file;
  }
}

/** Whom the audit log names. Jobs come through the API; a schedule asks in nobody's name. */
function actorOf({ requestedBy }: JobRecord): Actor {
  if (requestedBy === null) return SYSTEM_ACTOR;
  if (isScheduleRequester(requestedBy)) return { ...SYSTEM_ACTOR, name: requestedBy };
  return { userId: null, name: requestedBy, channel: 'api', address: null, tokenId: null };
}
