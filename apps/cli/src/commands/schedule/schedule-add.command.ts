import { BackupError } from '@satchel/domain';
import { EditSchedules } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { chosenDestinations } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportSchedule } from '../../report/report-schedule.js';
import type { ScheduleFlags } from './schedule-flags.js';
import { NAMED, ScheduleFlagsCommand } from './schedule-flags.js';

interface AddFlags extends ScheduleFlags {
  readonly paused?: boolean;
}

@SubCommand({
  ...NAMED,
  name: 'add',
  description: 'add a schedule: the server makes its backups, and keeps it whatever else is restarted',
})
export class ScheduleAddCommand extends ScheduleFlagsCommand<AddFlags> {
  protected readonly examples = [
    'backup_system schedule add nightly --cron="30 2 * * *"',
    'backup_system schedule add fees --type=financial --cron="0 8-18 * * MON-FRI" --time-zone=Asia/Kolkata',
    'backup_system schedule add hourly --cron="0 * * * *" --destination=local',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--paused', description: 'let it rest until it is resumed' })
  parsePaused(): boolean {
    return true;
  }

  protected async execute(flags: AddFlags, [name = '']: readonly string[]): Promise<Outcome> {
    const { type: scopeName = 'full', cron, timeZone, compression = 'zstd', paused = false } = flags;
    if (cron === undefined) {
      throw new BackupError(
        'validation_error',
        'Say when with --cron, e.g. --cron="30 2 * * *" for 2:30 at night.',
        {
          parameter: '--cron',
        },
      );
    }
    const destinations = chosenDestinations('--destination', flags.destination);
    const command = { name, scopeName, cron, timeZone, compression, destinations, paused };
    const schedule = await (
      await this.session.open()
    )
      .get(EditSchedules)
      .add(command, this.session.runOptions());
    return reportSchedule(`Added the schedule ${schedule.name}.`, schedule);
  }
}
