import { EditUsers, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { nonEmpty, wholeNumber } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportUsers } from '../../report/report-user.js';
import { SatchelCommand } from '../satchel-command.js';

interface UserListFlags {
  readonly limit?: number;
  readonly search?: string;
}

@SubCommand({ name: 'list', description: 'list the users, by name' })
export class UserListCommand extends SatchelCommand<UserListFlags> {
  protected readonly examples = [
    'backup_system user list',
    'backup_system user list --search=verma',
    'backup_system user list --json | jq -r ".data.users[].username"',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-l, --limit <number>', description: 'how many at most, 1 to 1000 (default: 50)' })
  parseLimit(text: string): number {
    return wholeNumber('--limit', { min: 1, max: 1000 }, text);
  }

  @Option({ flags: '-s, --search <text>', description: 'only those with this in their user name or name' })
  parseSearch(text: string): string {
    return nonEmpty('--search', text);
  }

  protected async execute({ limit = 50, search }: UserListFlags): Promise<Outcome> {
    const installation = await this.session.open();
    const page = { limit, ...(search === undefined ? {} : { search }) };
    return reportUsers(await installation.get(EditUsers).list(page, shellAsker(this.session.user)));
  }
}
