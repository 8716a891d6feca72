import type { Permission } from '@satchel/domain';
import { EditRoles, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { addPermissions, nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportRole } from '../../report/report-role.js';
import { SatchelCommand } from '../satchel-command.js';

interface RoleSetFlags {
  readonly title?: string;
  readonly permissions?: readonly Permission[];
}

@SubCommand({
  name: 'set',
  arguments: '<name>',
  argsDescription: { name: 'lower-case letters, digits and _' },
  description: 'change a role, or make one; works at once for everybody who has it',
})
export class RoleSetCommand extends SatchelCommand<RoleSetFlags> {
  protected readonly examples = [
    'backup_system role set clerk --title="Office" --permissions=backup.view_backupjob,backup.add_backupjob',
    'backup_system role set operator --permissions=backup.view_backupjob',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--title <text>', description: 'what people see (default of a new one: its name)' })
  parseTitle(text: string): string {
    return nonEmpty('--title', text);
  }

  @Option({
    flags: '-p, --permissions <list>',
    description: 'these and no others, with commas, or given again; "none" for none',
  })
  parsePermissions(text: string, before: readonly Permission[] | undefined): readonly Permission[] {
    return text === 'none' ? [] : addPermissions('--permissions', text, before);
  }

  protected async execute(flags: RoleSetFlags, [name = '']: readonly string[]): Promise<Outcome> {
    const roles = (await this.session.open()).get(EditRoles);
    const asker = shellAsker(this.session.user);
    if ((await roles.list()).some(role => role.name === name)) {
      return reportRole(`Changed the role ${name}.`, await roles.change(name, flags, asker));
    }
    const role = { name, title: flags.title ?? name, permissions: flags.permissions ?? [] };
    return reportRole(`Made the role ${name}.`, await roles.create(role, asker));
  }
}
