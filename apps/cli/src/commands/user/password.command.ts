import { Option } from 'nest-commander';
import { SatchelCommand } from '../satchel-command.js';

/** How a password is given; see `givenPassword`. */
export interface PasswordFlags {
  readonly passwordStdin?: boolean;
  readonly randomPassword?: boolean;
}

/** What the verbs share that give a user a password. */
export abstract class PasswordCommand<Flags extends PasswordFlags> extends SatchelCommand<Flags> {
  @Option({ flags: '--password-stdin', description: 'read the password from standard input: its first line' })
  parsePasswordStdin(): boolean {
    return true;
  }

  @Option({ flags: '--random-password', description: 'do not ask for one' })
  parseRandomPassword(): boolean {
    return true;
  }
}
