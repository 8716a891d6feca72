import type { Permission } from '@satchel/domain';
import { EditUsers, shellAsker } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { addPermissions, addWords, nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportUser } from '../../report/report-user.js';
import { givenPassword } from '../../terminal/given-password.js';
import { PasswordCommand, type PasswordFlags } from './password.command.js';

interface UserAddFlags extends PasswordFlags {
  readonly fullName?: string;
  readonly role?: readonly string[];
  readonly grant?: readonly Permission[];
}

@SubCommand({
  name: 'add',
  arguments: '<name>',
  argsDescription: { name: 'the user name, to sign in with' },
  description: 'add a user; asks for a password, or makes one and prints it once',
})
export class UserAddCommand extends PasswordCommand<UserAddFlags> {
  protected readonly examples = [
    'backup_system user add asha --role=operator',
    'backup_system user add asha --full-name="Asha Verma" --role=administrator',
    'pass show satchel/asha | backup_system user add asha --role=restorer --password-stdin',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '--full-name <name>', description: "the person's name" })
  parseFullName(text: string): string {
    return nonEmpty('--full-name', text);
  }

  @Option({
    flags: '-r, --role <role>',
    description: 'a role; "role list" shows them; may be given again, or with commas',
  })
  parseRole(text: string, before: readonly string[] | undefined): readonly string[] {
    return addWords('--role', text, before);
  }

  @Option({
    flags: '-g, --grant <permission>',
    description: 'a permission beside those of the roles; may be given again, or with commas',
  })
  parseGrant(text: string, before: readonly Permission[] | undefined): readonly Permission[] {
    return addPermissions('--grant', text, before);
  }

  protected async execute(flags: UserAddFlags, [username = '']: readonly string[]): Promise<Outcome> {
    const password = await givenPassword(this.session, flags);
    const installation = await this.session.open();
    const created = await installation.get(EditUsers).create(
      {
        username,
        fullName: flags.fullName ?? '',
        roles: flags.role ?? [],
        grants: flags.grant ?? [],
        password,
      },
      shellAsker(this.session.user),
    );
    return reportUser(`Added the user ${created.user.username}.`, created.user, created.password);
  }
}
