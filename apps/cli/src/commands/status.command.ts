import { SystemStatus } from '@satchel/use-cases';
import { Command } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import type { Outcome } from '../output.js';
import { reportStatus } from '../report/report-status.js';
import { SatchelCommand } from './satchel-command.js';

@Command({
  name: 'status',
  description: 'show database, storage, catalog, and how old the newest backups are',
})
export class StatusCommand extends SatchelCommand<object> {
  protected readonly examples = [
    'backup_system status',
    'backup_system status --json | jq .data.healthy',
    'backup_system status || echo "somebody should look"    (ends with 16 if a part is out of reach)',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    return reportStatus(await installation.get(SystemStatus).run(this.session.runOptions()));
  }
}
