import { EditSchedules } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportSchedules } from '../../report/report-schedule.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({ name: 'list', description: 'show the schedules, and when each runs next' })
export class ScheduleListCommand extends SatchelCommand<object> {
  protected readonly examples = [
    'backup_system schedule list',
    "backup_system schedule list --json | jq -r '.data.schedules[].next_runs[0]'",
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    return reportSchedules(await (await this.session.open()).get(EditSchedules).list());
  }
}
