import { randomUUID } from 'node:crypto';
import type { AuditLog, IdentityStore, PasswordHasher, Secret, User } from '@satchel/domain';
import { ADMINISTRATOR_ROLE, SYSTEM_ACTOR, toBackupError } from '@satchel/domain';
import { newPassword } from './new-secret.js';
import { checkPassword } from './password-policy.js';
import { checkUserName } from './user-name.js';

export interface FirstAdministratorCommand {
  /** Default `admin`. */
  readonly username: string | null;
  /** Null: one is made, which has to be changed at the first sign-in. */
  readonly password: Secret<string> | null;
}

export interface FirstAdministrator {
  readonly user: User;
  /** To be printed once; null if it was given. */
  readonly password: Secret<string> | null;
}

const DEFAULT_NAME = 'admin';
const PAGE = 1000;

/**
 * Makes the first administrator where there is none, so that somebody can sign in. However many processes start at the
 * same moment, one makes it: the name can be taken once.
 *
 * @returns null if there is an administrator
 * @throws  BackupError `validation_error` for a name or password that cannot be; `conflict` if the name belongs to a
 *   user who is no administrator; `unavailable`
 */
export class EnsureFirstAdministrator {
  constructor(
    private readonly store: IdentityStore,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditLog,
  ) {}

  async run(command: FirstAdministratorCommand): Promise<FirstAdministrator | null> {
    if (await this.#exists()) return null;
    const username = checkUserName(command.username ?? DEFAULT_NAME);
    if (command.password) checkPassword(command.password, username);
    const password = command.password ?? newPassword();
    const passwordHash = await this.hasher.hash(password);
    const userId = randomUUID();
    let user: User;
    try {
      user = await this.store.addUser({
        userId,
        username,
        fullName: 'Administrator',
        passwordHash,
        mustChangePassword: command.password === null,
        roles: [ADMINISTRATOR_ROLE],
        grants: [],
      });
    } catch (thrown) {
      // Another process was quicker.
      if (toBackupError(thrown).kind === 'conflict' && (await this.#exists())) return null;
      throw thrown;
    }
    const details = { username, roles: [ADMINISTRATOR_ROLE], first: true };
    // Best effort: an error now would lose the password that nobody has seen yet.
    await this.audit
      .record({ actor: SYSTEM_ACTOR, action: 'user.create', outcome: 'success', subject: userId, details })
      .catch(() => undefined);
    return { user, password: command.password === null ? password : null };
  }

  /** An administrator who is not active counts: there is another one then, or a person has decided so. */
  async #exists(): Promise<boolean> {
    for (let offset = 0; ; offset += PAGE) {
      const { items, total } = await this.store.findUsers({ limit: PAGE, offset });
      if (items.some(user => user.roles.includes(ADMINISTRATOR_ROLE))) return true;
      if (offset + PAGE >= total) return false;
    }
  }
}
