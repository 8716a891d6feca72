import { shellActor } from '@satchel/domain';
import { TestAlarms } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportAlarmTest } from '../../report/report-alarms.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({ name: 'test', description: 'send a test through every channel that is set up' })
export class AlarmsTestCommand extends SatchelCommand<object> {
  protected readonly examples = [
    'backup_system alarms test',
    'ALARM_SLACK_URL=https://hooks.slack.example/services/… backup_system alarms test',
    'backup_system alarms test || echo "somebody would not have been told"    (ends with 16 if one failed)',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    const actor = shellActor(this.session.user);
    return reportAlarmTest(await installation.get(TestAlarms).run(actor, this.session.signal));
  }
}
