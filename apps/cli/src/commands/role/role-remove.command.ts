import { EditRoles, shellAsker } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({
  name: 'remove',
  arguments: '<name>',
  argsDescription: { name: 'a role that no user has' },
  description: 'remove a role',
})
export class RoleRemoveCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system role remove clerk'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [name = '']: readonly string[]): Promise<Outcome> {
    const roles = (await this.session.open()).get(EditRoles);
    await roles.remove(name, shellAsker(this.session.user));
    return { message: `Removed the role ${name}.`, text: '', data: { role: name }, warnings: [] };
  }
}
