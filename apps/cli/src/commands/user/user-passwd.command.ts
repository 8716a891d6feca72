import { EditUsers, shellAsker } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { givenPassword } from '../../terminal/given-password.js';
import { PasswordCommand, type PasswordFlags } from './password.command.js';

@SubCommand({
  name: 'passwd',
  arguments: '<name>',
  argsDescription: { name: 'the user name' },
  description: 'give a user another password, end their sessions, and let them try to sign in at once',
})
export class UserPasswdCommand extends PasswordCommand<PasswordFlags> {
  protected readonly examples = [
    'backup_system user passwd asha',
    'backup_system user passwd asha --random-password',
    'pass show satchel/asha | backup_system user passwd asha --password-stdin',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(flags: PasswordFlags, [username = '']: readonly string[]): Promise<Outcome> {
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
