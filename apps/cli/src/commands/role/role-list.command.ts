import { EditRoles } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportRoles } from '../../report/report-role.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({ name: 'list', description: 'list the roles with their permissions' })
export class RoleListCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system role list', 'backup_system role list --json'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    return reportRoles(await installation.get(EditRoles).list());
  }
}
