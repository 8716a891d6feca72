import type {
  DuplicateStrategy,
  RestoreFrom,
  RestoreMode,
  RunOptions,
  UnlockKeys,
  UploadQuarantine,
} from '@satchel/domain';
import { newBackupId, planDigest } from '@satchel/domain';
import type { BackupFile } from './backup-file.js';
import { storedFile } from './backup-file.js';
import type { RecordedBackups } from './recorded-backup.js';
import { findRecordedBackup } from './recorded-backup.js';
import type { RestoreBackup, RestoreResult } from './restore-backup.js';
import { Turns } from './take-turns.js';
import { uploadedFile } from './uploaded-file.js';

export interface AnalyzeBackupCommand {
  readonly source: RestoreFrom;
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  readonly fill: Readonly<Record<string, string>>;
  /** Tables that grant power, asked for by name. */
  readonly only: readonly string[];
  /** Changed rows to show, at most, of each table and action. */
  readonly sampleRows: number;
  /** For an encrypted file. */
  readonly keys?: UnlockKeys | undefined;
}

export interface AnalyzedBackup extends RestoreResult {
  readonly file: BackupFile;
  /** Names what the plan would do; a restore that is asked for with it does that or nothing. */
  readonly planDigest: string;
  /** Whether a restore has to be allowed to go on without tables or columns. */
  readonly needsAllowMissing: boolean;
}

/** Each analysis stages a whole file in the database: two at a time leave room for everybody else. */
const LIMITS = { atOnce: 2, waiting: 8, patienceMs: 60_000 };

/**
 * Looks into a file and plans its restore; changes nothing. Where file and database differ in shape, and where tables would
 * have to be asked for by name, that is part of the answer.
 *
 * @throws BackupError `invalid_backup` and the like for what is no backup, `restore_failed` naming a row that the database
 *   would refuse, `rate_limited` if too many look at files at the same time, `cancelled`
 */
export class AnalyzeBackup {
  readonly #turns = new Turns('analyses of backup files', LIMITS);

  constructor(
    private readonly restore: RestoreBackup,
    private readonly backups: RecordedBackups,
    private readonly quarantine: UploadQuarantine,
    /** Values for required columns that old files lack; a command's own come before these. */
    private readonly fill: Readonly<Record<string, string>>,
  ) {}

  async run(command: AnalyzeBackupCommand, options: RunOptions = {}): Promise<AnalyzedBackup> {
    return await this.#turns.take(() => this.#analyze(command, options), options.signal);
  }

  async #analyze(command: AnalyzeBackupCommand, options: RunOptions): Promise<AnalyzedBackup> {
    const { mode, duplicateStrategy, only, sampleRows, keys } = command;
    const file = await this.#open(command.source, options.signal);
    const result = await this.restore.run(
      {
        restoreId: newBackupId(),
        file,
        mode,
        duplicateStrategy,
        only,
        sampleRows,
        keys,
        fill: { ...this.fill, ...command.fill },
        allowMissing: true,
        showRestricted: true,
        safetyBackup: false,
        dryRun: true,
        requestedBy: options.actor?.name ?? null,
      },
      options,
    );
    return {
      ...result,
      file,
      planDigest: planDigest(result.plan),
      needsAllowMissing: result.plan.differences.some(({ blocking }) => blocking),
    };
  }

  async #open(source: RestoreFrom, signal: AbortSignal | undefined): Promise<BackupFile> {
    if (source.from === 'upload') return await uploadedFile(this.quarantine, source.uploadId, signal);
    const { manifest, storage } = await findRecordedBackup(this.backups, source.backupId, signal);
    return await storedFile(storage, manifest.stored.file, signal, manifest);
  }
}
