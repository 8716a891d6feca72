import type { AlarmKind } from '@satchel/domain';
import { ALARM_KINDS } from '@satchel/domain';
import { ReadAlarms } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { oneOf, wholeNumber } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportAlarms } from '../../report/report-alarms.js';
import { SatchelCommand } from '../satchel-command.js';

interface AlarmsListFlags {
  readonly limit?: number;
  readonly open?: boolean;
  readonly kind?: AlarmKind;
}

@SubCommand({ name: 'list', description: 'list alarms, newest first, with what became of their messages' })
export class AlarmsListCommand extends SatchelCommand<AlarmsListFlags> {
  protected readonly examples = [
    'backup_system alarms list --open',
    'backup_system alarms list --kind=backup_failed --limit=50',
    'backup_system alarms list --open --json | jq .data.total',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-l, --limit <number>', description: 'how many at most, 1 to 1000 (default: 20)' })
  parseLimit(text: string): number {
    return wholeNumber('--limit', { min: 1, max: 1000 }, text);
  }

  @Option({ flags: '--open', description: 'only what is wrong now' })
  parseOpen(): boolean {
    return true;
  }

  @Option({ flags: '--kind <kind>', description: 'only this, e.g. backup_failed or backup_overdue' })
  parseKind(text: string): AlarmKind {
    return oneOf('--kind', ALARM_KINDS, text);
  }

  protected async execute({ limit = 20, open, kind }: AlarmsListFlags): Promise<Outcome> {
    const installation = await this.session.open();
    return reportAlarms(
      await installation
        .get(ReadAlarms)
        .find({ limit, ...(open && { open }), ...(kind && { kinds: [kind] }) }),
    );
  }
}
