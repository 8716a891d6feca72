import { EditUsers, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { givenPassword } from '../../terminal/given-password.js';
import { SatchelCommand } from '../satchel-command.js';

interface UserPasswdFlags {
  readonly passwordStdin?: boolean;
  readonly randomPassword?: boolean;
}

@SubCommand({
  name: 'passwd',
  arguments: '<name>',
  argsDescription: { name: 'the user name' },
  description: 'give a user another password, end their sessions, and let them try to sign in at once',
})
export class UserPasswdCommand extends SatchelCommand<UserPasswdFlags> {
  protected readonly examples = [
    'backup_system user passwd asha',
    'backup_system user passwd asha --random-password',
    'pass show satchel/asha | backup_system user passwd asha --password-stdin',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--password-stdin', description: 'read the password from standard input: its first line' })
  parsePasswordStdin(): boolean {
    return true;
  }

  @Option({ flags: '--random-password', description: 'do not ask for one' })
  parseRandomPassword(): boolean {
    return true;
  }

  protected async execute(flags: UserPasswdFlags, [username = '']: readonly string[]): Promise<Outcome> {
    const password = await givenPassword(this.session, flags);
    const installation = await this.session.open();
    const users = installation.get(EditUsers);
    const asker = shellAsker(this.session.user);
    const { userId } = await users.byName(username, asker);
    const made = await users.resetPassword(userId, password, asker);
    const user = await users.get(userId, asker);
    return reportUser(
      `${user.username} has another password, to be changed at the next sign-in.`,
      user,
      made,
    );
  }
}
