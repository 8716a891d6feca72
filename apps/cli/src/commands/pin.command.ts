import { BackupError } from '@satchel/domain';
import { PinBackups } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty } from '../flags.js';
import type { Outcome } from '../output.js';
import { moment } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';
import { SatchelCommand } from './satchel-command.js';

interface PinFlags {
  readonly reason?: string;
}

@Command({
  name: 'pin',
  arguments: '[backup]',
  argsDescription: { backup: 'its id; without it, those that are pinned are shown' },
  description: 'keep a backup until it is unpinned, and say why; nothing deletes it',
})
export class PinCommand extends SatchelCommand<PinFlags> {
  protected readonly examples = [
    'backup_system pin 5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21 --reason="year-end closing"',
    'backup_system pin',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-r, --reason <text>', description: 'for whoever finds it in five years' })
  parseReason(text: string): string {
    return nonEmpty('--reason', text);
  }

  protected async execute({ reason }: PinFlags, [backup]: readonly string[]): Promise<Outcome> {
    if (backup !== undefined && reason === undefined) {
      throw new BackupError('validation_error', 'Say why with --reason, e.g. --reason="year-end closing".', {
        parameter: '--reason',
      });
    }
    const pins = (await this.session.open()).get(PinBackups);
    const pinned =
      backup === undefined
        ? await pins.list()
        : [
            await pins.pin(
              { backupId: backup.toLowerCase(), reason: reason ?? '' },
              this.session.runOptions(),
            ),
          ];
    return {
      message:
        backup !== undefined
          ? `Pinned the backup ${backup}.`
          : pinned.length === 0
            ? 'No backup is pinned.'
            : `${pinned.length === 1 ? '1 backup is' : `${pinned.length} backups are`} pinned:`,
      text:
        pinned.length === 0
          ? ''
          : table(
              [{ title: 'backup' }, { title: 'by' }, { title: 'since' }, { title: 'reason' }],
              pinned.map(pin => [
                pin.backupId,
                pin.pinnedBy ?? '',
                moment(pin.pinnedAt).slice(0, 16),
                pin.reason,
              ]),
            ),
      data: {
        pins: pinned.map(pin => ({
          backup_id: pin.backupId,
          reason: pin.reason,
          pinned_by: pin.pinnedBy,
          pinned_at: pin.pinnedAt.toISOString(),
        })),
      },
      warnings: [],
    };
  }
}

@Command({
  name: 'unpin',
  arguments: '<backup>',
  argsDescription: { backup: 'its id' },
  description: 'let the rules decide on a backup again',
})
export class UnpinCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system unpin 5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [backup = '']: readonly string[]): Promise<Outcome> {
    const pins = (await this.session.open()).get(PinBackups);
    await pins.unpin(backup.toLowerCase(), this.session.runOptions());
    return {
      message: `The backup ${backup} is not pinned any more.`,
      text: '',
      data: { backup_id: backup },
      warnings: [],
    };
  }
}
