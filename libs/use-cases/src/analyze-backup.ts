import type { Actor, AuditLog, DuplicateStrategy, RestoreMode, RunOptions } from '@satchel/domain';
import { newBackupId, planDigest, SYSTEM_ACTOR } from '@satchel/domain';
import { audited } from './audit/audited.js';
import type { BackupFile } from './backup-file.js';
import type { RestoreBackup, RestoreResult } from './restore-backup.js';
import { Turns } from './take-turns.js';

export interface AnalyzeBackupCommand {
  readonly file: BackupFile;
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  readonly fill: Readonly<Record<string, string>>;
  /** Tables that grant power, asked for by name. */
  readonly only: readonly string[];
  /** Changed rows to show, at most, of each table and action. */
  readonly sampleRows: number;
}

export interface AnalyzedBackup extends RestoreResult {
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
    private readonly audit: AuditLog,
    /** Values for required columns that old files lack; a command's own come before these. */
    private readonly fill: Readonly<Record<string, string>>,
  ) {}

  async run(command: AnalyzeBackupCommand, options: RunOptions = {}): Promise<AnalyzedBackup> {
    const { actor = SYSTEM_ACTOR, signal } = options;
    return await audited(
      this.audit,
      this.#event(command, actor),
      () => this.#turns.take(() => this.#analyze(command, options), signal),
      ({ origin, format, plan }) => ({ origin, format, ...plan.totals }),
    );
  }

  async #analyze(command: AnalyzeBackupCommand, options: RunOptions): Promise<AnalyzedBackup> {
    const result = await this.restore.run(
      {
        ...command,
        restoreId: newBackupId(),
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
      planDigest: planDigest(result.plan),
      needsAllowMissing: result.plan.differences.some(({ blocking }) => blocking),
    };
  }

  #event({ file, mode }: AnalyzeBackupCommand, actor: Actor) {
    return {
      actor,
      action: 'restore.analyze' as const,
      subject: null,
      details: { file: file.name, size: file.sizeBytes, mode },
    };
  }
}
