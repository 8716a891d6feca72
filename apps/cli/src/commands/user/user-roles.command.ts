import { EditUsers, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { addWords, changeOf } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { SatchelCommand } from '../satchel-command.js';

interface UserRolesFlags {
  readonly set?: readonly string[];
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

@SubCommand({
  name: 'roles',
  arguments: '<name>',
  argsDescription: { name: 'the user name' },
  description: "change a user's roles, or show them",
})
export class UserRolesCommand extends SatchelCommand<UserRolesFlags> {
  protected readonly examples = [
    'backup_system user roles asha',
    'backup_system user roles asha --set=operator,auditor',
    'backup_system user roles asha --add=restorer --remove=operator',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--set <roles>', description: 'these and no others; "none" for none' })
  parseSet(text: string): readonly string[] {
    return text === 'none' ? [] : addWords('--set', text, undefined);
  }

  @Option({ flags: '--add <role>', description: 'this one too; may be given again, or with commas' })
  parseAdd(text: string, before: readonly string[] | undefined): readonly string[] {
    return addWords('--add', text, before);
  }

  @Option({ flags: '--remove <role>', description: 'not this one; may be given again, or with commas' })
  parseRemove(text: string, before: readonly string[] | undefined): readonly string[] {
    return addWords('--remove', text, before);
  }

  protected async execute(flags: UserRolesFlags, [username = '']: readonly string[]): Promise<Outcome> {
    const installation = await this.session.open();
    const users = installation.get(EditUsers);
    const asker = shellAsker(this.session.user);
    const before = await users.byName(username, asker);
    const roles = changeOf(before.roles, flags);
    if (roles === null) return reportUser(`The user ${before.username}:`, before, null);
    const user = await users.change(before.userId, { roles }, asker);
    return reportUser(`Changed the roles of ${user.username}.`, user, null);
  }
}
