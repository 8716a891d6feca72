import { BackupError } from '@satchel/domain';
import { EditSchedules } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { chosenDestinations, nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportSchedule } from '../../report/report-schedule.js';
import type { ScheduleFlags } from './schedule-flags.js';
import { NAMED, ScheduleFlagsCommand } from './schedule-flags.js';

interface EditFlags extends ScheduleFlags {
  readonly rename?: string;
}

@SubCommand({ ...NAMED, name: 'edit', description: 'change a schedule; only what is given' })
export class ScheduleEditCommand extends ScheduleFlagsCommand<EditFlags> {
  protected readonly examples = [
    'backup_system schedule edit nightly --cron="0 4 * * *"',
    'backup_system schedule edit nightly --rename=early --compression=gzip',
    'backup_system schedule edit nightly --destination=off-site --destination=usb',
    'backup_system schedule edit nightly --destination=all',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--rename <name>', description: 'another name' })
  parseRename(text: string): string {
    return nonEmpty('--rename', text);
  }

  protected async execute(flags: EditFlags, [named = '']: readonly string[]): Promise<Outcome> {
    const { rename: name, type: scopeName, cron, timeZone, compression } = flags;
    const destinations = chosenDestinations('--destination', flags.destination);
    const command = { name, scopeName, cron, timeZone, compression, destinations };
    if (Object.values(command).every(value => value === undefined)) {
      throw new BackupError('validation_error', 'Say what to change; --help lists what can be.');
    }
    const schedules = (await this.session.open()).get(EditSchedules);
    const schedule = await schedules.change(named, command, this.session.runOptions());
    return reportSchedule(`Changed the schedule ${schedule.name}.`, schedule);
  }
}
