import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { DuplicateStrategy, RestoreMode } from '@satchel/domain';
import { BackupError, DUPLICATE_STRATEGIES, RESTORE_MODES } from '@satchel/domain';
import { JobAlarms, RestoreBackup } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { addFill, nonEmpty, oneOf, wholeNumber } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportRestored } from '../report/report-restored.js';
import { describePlan } from '../report/describe-plan.js';
import { givenKeys, IDENTITY_DESCRIPTION, IDENTITY_FLAG, refuseTwoInputs } from '../terminal/given-keys.js';
import { SatchelCommand } from './satchel-command.js';

interface RestoreFlags {
  readonly file: string;
  readonly mode?: RestoreMode;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly duplicateStrategy?: DuplicateStrategy;
  readonly allowMissing?: boolean;
  readonly fill?: Readonly<Record<string, string>>;
  readonly restricted?: readonly string[];
  readonly safetyBackup: boolean;
  readonly showRows?: number;
  readonly identity?: string;
  readonly createSchema?: boolean;
  readonly trustSchema?: boolean;
}

@Command({
  name: 'restore',
  description: 'put the rows of a backup back, all of them or none; --dry-run shows what would change',
})
export class RestoreCommand extends SatchelCommand<RestoreFlags> {
  protected readonly examples = [
    'backup_system restore --file=daily_backup_20260301T091500_1b2c3d4e.json.zst --mode=merge --dry-run',
    'backup_system restore --file=backups/students.json --mode=merge --duplicate-strategy=skip',
    'backup_system restore --file=full.json.zst --mode=replace --yes',
    'backup_system restore --file=old_dumpdata.json --mode=merge --allow-missing --fill students_student.status=ACTIVE',
    'backup_system restore --file=full.json.zst.age --identity=key.txt --dry-run',
    'backup_system restore --file=full.json.zst --create-schema',
    'zstdcat full.json.zst | backup_system restore --file=- --mode=merge --yes',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-f, --file <file>',
    description: 'the backup file: a path, the name of a stored backup, or - for standard input',
    required: true,
  })
  parseFile(text: string): string {
    return nonEmpty('--file', text);
  }

  @Option({
    flags: '-m, --mode <mode>',
    description:
      'merge: add missing rows and update different ones, delete nothing; replace: make the tables equal to the backup (default: merge)',
  })
  parseMode(text: string): RestoreMode {
    return oneOf('--mode', RESTORE_MODES, text);
  }

  @Option({ flags: '--dry-run', description: 'only show what would change' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '-y, --yes', description: 'do not ask before a replace' })
  parseYes(): boolean {
    return true;
  }

  @Option({
    flags: '--duplicate-strategy <strategy>',
    description: 'merge, for a row that is there and differs: update or skip (default: update)',
  })
  parseDuplicateStrategy(text: string): DuplicateStrategy {
    return oneOf('--duplicate-strategy', DUPLICATE_STRATEGIES, text);
  }

  @Option({
    flags: '--allow-missing',
    description:
      'go on although file and database have different tables or columns; each difference is listed',
  })
  parseAllowMissing(): boolean {
    return true;
  }

  @Option({
    flags: '--fill <table.column=value>',
    description: 'the value of a required column that the file lacks; may be given again',
  })
  parseFill(
    text: string,
    before: Readonly<Record<string, string>> | undefined,
  ): Readonly<Record<string, string>> {
    return addFill(text, before);
  }

  @Option({
    flags: '--restricted <table>',
    description:
      'restore this table, which decides who may do what, from a file that was not made here; may be given again',
  })
  parseRestricted(text: string, before: readonly string[] | undefined): readonly string[] {
    return [...(before ?? []), nonEmpty('--restricted', text)];
  }

  @Option({
    flags: '--no-safety-backup',
    description:
      'do not first keep the rows that change, so that this restore cannot be undone; for a database too broken for it',
  })
  parseSafetyBackup(): boolean {
    return false;
  }

  @Option({
    flags: '--show-rows <number>',
    description: 'show up to this many rows of each table that are added, changed and deleted',
  })
  parseShowRows(text: string): number {
    return wholeNumber('--show-rows', { min: 0, max: 1000 }, text);
  }

  @Option({
    flags: '--create-schema',
    description:
      'build the tables first, in an empty database, by the definition in a full backup; implies --mode=replace',
  })
  parseCreateSchema(): boolean {
    return true;
  }

  @Option({
    flags: '--trust-schema',
    description:
      'with --create-schema: run the SQL of a file that this installation has not signed. Look at it first; it can do all that the database role can',
  })
  parseTrustSchema(): boolean {
    return true;
  }

  @Option({ flags: IDENTITY_FLAG, description: IDENTITY_DESCRIPTION })
  parseIdentity(text: string): string {
    return nonEmpty('--identity', text);
  }

  protected async execute(flags: RestoreFlags): Promise<Outcome> {
    const createSchema = flags.createSchema === true;
    const mode = flags.mode ?? (createSchema ? 'replace' : 'merge');
    const dryRun = flags.dryRun === true;
    const mustAsk = mode === 'replace' && !createSchema && !dryRun && flags.yes !== true;
    if (mustAsk && (!this.session.canAsk || flags.file === '-' || flags.identity === '-')) {
      throw new BackupError(
        'validation_error',
        'A replace deletes rows, and there is no terminal to ask at. Give --yes to go ahead, or --dry-run to see what would change.',
        { parameter: '--yes' },
      );
    }
    refuseTwoInputs(flags.file, flags.identity);
    const installation = await this.session.open();
    const { file, close } = await installation.findBackupFile(flags.file, process.stdin);
    try {
      const keys = await givenKeys(
        this.session,
        flags.identity,
        installation.config.passphrase !== null,
        () => Promise.resolve(file),
      );
      const restoreId = randomUUID();
      const restore = () =>
        installation.get(RestoreBackup).run(
          {
            restoreId,
            file,
            mode,
            duplicateStrategy: flags.duplicateStrategy ?? 'update',
            allowMissing: flags.allowMissing === true,
            fill: { ...installation.config.scopeConfig.fill, ...flags.fill },
            ...(flags.restricted === undefined ? {} : { only: flags.restricted }),
            safetyBackup: flags.safetyBackup,
            ...(createSchema && { createSchema: { trustForeign: flags.trustSchema === true } }),
            dryRun,
            sampleRows: flags.showRows ?? 0,
            requestedBy: this.session.user,
            keys,
          },
          {
            ...this.session.runOptions(),
            ...(mustAsk
              ? { confirm: plan => this.session.confirm(describePlan(plan), 'Replace these rows?') }
              : {}),
          },
        );
      const work = { kind: 'restore', jobId: restoreId, file: fileName(flags.file) } as const;
      return reportRestored(await (dryRun ? restore() : installation.get(JobAlarms).around(work, restore)));
    } finally {
      await close();
    }
  }
}

/** For others to read: folders of this machine are nobody's business. */
function fileName(named: string): string | null {
  return named === '-' ? null : basename(named);
}
