import { BackupCatalog, BackupError, BackupStorage } from '@satchel/domain';
import { DeleteBackup, findNamedBackup } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import type { Outcome } from '../output.js';
import { describeDoomed, reportDeleted } from '../report/report-deleted.js';
import { SatchelCommand } from './satchel-command.js';

interface DeleteFlags {
  readonly yes?: boolean;
  readonly force?: boolean;
}

@Command({
  name: 'delete',
  arguments: '<backup>',
  argsDescription: { backup: 'the id of a backup, or the name of its file as "backup_system list" shows it' },
  description: 'delete one backup; its record stays, marked',
})
export class DeleteCommand extends SatchelCommand<DeleteFlags> {
  protected readonly examples = [
    'backup_system delete full_backup_20260301T091500_1b2c3d4e.json.zst',
    'backup_system delete 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --yes',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-y, --yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
  }

  @Option({ flags: '--force', description: 'delete it although it is the newest good backup of its type' })
  parseForce(): boolean {
    return true;
  }

  protected async execute(flags: DeleteFlags, [named = '']: readonly string[]): Promise<Outcome> {
    const mustAsk = flags.yes !== true;
    if (mustAsk && !this.session.canAsk) {
      throw new BackupError('validation_error', 'There is no terminal to ask at. Give --yes to delete.', {
        parameter: '--yes',
      });
    }
    const installation = await this.session.open();
    const options = this.session.runOptions();
    const backup = await findNamedBackup(
      installation.get(BackupStorage),
      installation.get(BackupCatalog),
      named,
      options.signal,
    );
    if (mustAsk && !(await this.session.confirm(describeDoomed(backup), 'Delete this backup?'))) {
      throw new BackupError('cancelled', 'Nothing was deleted.');
    }
    const command = { backupId: backup.backupId, force: flags.force === true };
    return reportDeleted(await installation.get(DeleteBackup).run(command, options));
  }
}
