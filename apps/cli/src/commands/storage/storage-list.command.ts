import { ListDestinations } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportDestinations } from '../../report/report-destinations.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({
  name: 'list',
  description: 'show each destination: whether it can be reached, what is in it, what it lacks',
})
export class StorageListCommand extends SatchelCommand<object> {
  protected readonly examples = [
    'backup_system storage list',
    'backup_system storage list --json | jq ".data.destinations[] | select(.unfinished_copies > 0)"',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    return reportDestinations(await installation.get(ListDestinations).run(this.session.runOptions()));
  }
}
