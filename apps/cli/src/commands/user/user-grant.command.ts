import type { Permission } from '@satchel/domain';
import { PERMISSION_TITLES, PERMISSIONS } from '@satchel/domain';
import { EditUsers, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { addPermissions, changeOf } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { SatchelCommand } from '../satchel-command.js';

interface UserGrantFlags {
  readonly set?: readonly Permission[];
  readonly add?: readonly Permission[];
  readonly remove?: readonly Permission[];
}

@SubCommand({
  name: 'grant',
  arguments: '<name>',
  argsDescription: { name: 'the user name' },
  description: 'change the permissions that a user has beside those of roles, or show them',
})
export class UserGrantCommand extends SatchelCommand<UserGrantFlags> {
  protected readonly examples = [
    'backup_system user grant asha --add=backup.delete_backupjob',
    'backup_system user grant asha --remove=backup.delete_backupjob',
    'backup_system user grant asha --set=none',
    ...PERMISSIONS.map(each => `# ${each}: ${PERMISSION_TITLES[each]}`),
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--set <permissions>', description: 'these and no others; "none" for none' })
  parseSet(text: string): readonly Permission[] {
    return text === 'none' ? [] : addPermissions('--set', text, undefined);
  }

  @Option({ flags: '--add <permission>', description: 'this one too; may be given again, or with commas' })
  parseAdd(text: string, before: readonly Permission[] | undefined): readonly Permission[] {
    return addPermissions('--add', text, before);
  }

  @Option({ flags: '--remove <permission>', description: 'not this one; may be given again, or with commas' })
  parseRemove(text: string, before: readonly Permission[] | undefined): readonly Permission[] {
    return addPermissions('--remove', text, before);
  }

  protected async execute(flags: UserGrantFlags, [username = '']: readonly string[]): Promise<Outcome> {
    const installation = await this.session.open();
    const users = installation.get(EditUsers);
    const asker = shellAsker(this.session.user);
    const before = await users.byName(username, asker);
    const grants = changeOf(before.grants, flags);
    if (grants === null) return reportUser(`The user ${before.username}:`, before, null);
    const user = await users.change(before.userId, { grants }, asker);
    return reportUser(`Changed what ${user.username} may do.`, user, null);
  }
}
