import { EditUsers, shellAsker } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { SatchelCommand } from '../satchel-command.js';

const ARGUMENTS = { arguments: '<name>', argsDescription: { name: 'the user name' } };

@SubCommand({ ...ARGUMENTS, name: 'enable', description: 'let a user sign in again' })
export class UserEnableCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system user enable asha'];

  constructor(session: CliSession) {
    super(session);
  }

  protected execute(_flags: object, [username = '']: readonly string[]): Promise<Outcome> {
    return setActive(this.session, username, true);
  }
}

@SubCommand({
  ...ARGUMENTS,
  name: 'disable',
  description: 'end all sessions of a user and let them sign in no more; nothing of theirs is lost',
})
export class UserDisableCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system user disable asha'];

  constructor(session: CliSession) {
    super(session);
  }

  protected execute(_flags: object, [username = '']: readonly string[]): Promise<Outcome> {
    return setActive(this.session, username, false);
  }
}

async function setActive(session: CliSession, username: string, active: boolean): Promise<Outcome> {
  const users = (await session.open()).get(EditUsers);
  const asker = shellAsker(session.user);
  const { userId } = await users.byName(username, asker);
  const user = await users.change(userId, { active }, asker);
  const message = active
    ? `${user.username} may sign in.`
    : `${user.username} may not sign in, and is signed out everywhere.`;
  return reportUser(message, user, null);
}
