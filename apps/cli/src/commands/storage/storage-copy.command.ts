import { KeepCopies } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { Outcome } from '../../output.js';
import { counted } from '../../terminal/quantity.js';
import { SatchelCommand } from '../satchel-command.js';

/** What a server does by itself every minute, for installations without one. */
@SubCommand({
  name: 'copy',
  description: 'bring each backup to the destinations that lack it; a server does so by itself',
})
export class StorageCopyCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system storage copy', 'backup_system storage copy --json'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    const result = await installation.get(KeepCopies).run({ ...this.session.runOptions(), atOnce: true });
    const { stored, removed, failed, warnings } = result;
    return {
      message:
        failed > 0
          ? `${counted(failed, 'copy', 'copies')} failed; each is tried again after a pause.`
          : stored + removed > 0
            ? `${counted(stored, 'copy', 'copies')} stored, ${counted(removed, 'copy', 'copies')} of deleted backups removed.`
            : 'Every backup is where it belongs, as far as can be seen now.',
      text: '',
      data: { stored, removed, failed },
      warnings,
      ...(failed > 0 ? { exitCode: EXIT_CODES.unavailable } : {}),
    };
  }
}
