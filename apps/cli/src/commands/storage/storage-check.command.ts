import { CheckDestination } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { checkLine, reportChecked } from '../../report/report-checked.js';
import { SatchelCommand } from '../satchel-command.js';

interface CheckFlags {
  readonly destination?: string;
}

@SubCommand({
  name: 'check',
  description: 'try out all that a destination must do, in a place of its own there, and clean up',
})
export class StorageCheckCommand extends SatchelCommand<CheckFlags> {
  protected readonly examples = [
    'backup_system storage check',
    'backup_system storage check --destination=off-site',
    'backup_system storage check --destination=off-site --json | jq ".data.checks[] | select(.passed | not)"',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-d, --destination <name>',
    description: 'which one of BACKUP_DESTINATIONS (default: the first)',
  })
  parseDestination(text: string): string {
    return nonEmpty('--destination', text);
  }

  protected async execute(flags: CheckFlags): Promise<Outcome> {
    const installation = await this.session.open();
    const result = await installation.get(CheckDestination).run(
      { name: flags.destination },
      {
        ...this.session.runOptions(),
        onChecked: check => this.session.note(checkLine(check)),
      },
    );
    return reportChecked(result);
  }
}
