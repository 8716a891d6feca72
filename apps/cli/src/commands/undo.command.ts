import { randomUUID } from 'node:crypto';
import { BackupError } from '@satchel/domain';
import { JobAlarms, UndoRestore } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty } from '../flags.js';
import type { Outcome } from '../output.js';
import { describePlan } from '../report/describe-plan.js';
import { reportRestored } from '../report/report-restored.js';
import { givenKeys, IDENTITY_DESCRIPTION, IDENTITY_FLAG } from '../terminal/given-keys.js';
import { SatchelCommand } from './satchel-command.js';

interface UndoFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly overwriteEdited?: boolean;
  readonly safetyBackup: boolean;
  readonly identity?: string;
}

@Command({
  name: 'undo',
  arguments: '<restoreId>',
  argsDescription: {
    restoreId: 'the id that the restore printed; "backup_system status" shows the last ones',
  },
  description: 'put rows back as they were before a restore',
})
export class UndoCommand extends SatchelCommand<UndoFlags> {
  protected readonly examples = [
    'backup_system undo 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --dry-run',
    'backup_system undo 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --yes',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--dry-run', description: 'only show what would change' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
  }

  @Option({
    flags: '--overwrite-edited',
    description: 'also put back rows that somebody has edited since; without it that is refused',
  })
  parseOverwriteEdited(): boolean {
    return true;
  }

  @Option({ flags: '--no-safety-backup', description: 'do not keep what is about to change' })
  parseSafetyBackup(): boolean {
    return false;
  }

  @Option({ flags: IDENTITY_FLAG, description: IDENTITY_DESCRIPTION })
  parseIdentity(text: string): string {
    return nonEmpty('--identity', text);
  }

  protected async execute(flags: UndoFlags, [restoreId = '']: readonly string[]): Promise<Outcome> {
    const dryRun = flags.dryRun === true;
    const mustAsk = !dryRun && flags.yes !== true;
    if (mustAsk && (!this.session.canAsk || flags.identity === '-')) {
      throw new BackupError(
        'validation_error',
        'An undo changes rows, and there is no terminal to ask at. Give --yes to go ahead, or --dry-run to see what would change.',
        { parameter: '--yes' },
      );
    }
    const installation = await this.session.open();
    const undoRestore = installation.get(UndoRestore);
    const keys = await givenKeys(this.session, flags.identity, installation.config.passphrase !== null, () =>
      undoRestore.safetyFile(restoreId, this.session.signal),
    );
    const newRestoreId = randomUUID();
    const undo = () =>
      undoRestore.run(
        {
          newRestoreId,
          restoreId,
          overwriteEdited: flags.overwriteEdited === true,
          dryRun,
          requestedBy: this.session.user,
          keys,
          safetyBackup: flags.safetyBackup,
        },
        {
          ...this.session.runOptions(),
          ...(mustAsk
            ? { confirm: plan => this.session.confirm(describePlan(plan), 'Put these rows back?') }
            : {}),
        },
      );
    const work = { kind: 'restore', jobId: newRestoreId, file: null } as const;
    return reportRestored(await (dryRun ? undo() : installation.get(JobAlarms).around(work, undo)));
  }
}
