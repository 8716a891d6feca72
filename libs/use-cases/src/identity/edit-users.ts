import { randomUUID } from 'node:crypto';
import type { AuditLog, IdentityStore, PasswordHasher, Permission, Secret, User } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AccessChanges } from './access-changes.js';
import type { Asker } from './asker.js';
import { requireMayGive, requireMayManage } from './grant-rules.js';
import { newPassword } from './new-secret.js';
import { checkPassword } from './password-policy.js';
import { nameSubject } from './sign-in-delay.js';
import { checkFullName, checkUserName } from './user-name.js';

export interface CreateUserCommand {
  readonly username: string;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly grants: readonly Permission[];
  /** Null: one is made, and told once. */
  readonly password: Secret<string> | null;
}

export interface CreatedUser {
  readonly user: User;
  /** Told once, here; null if it was given. */
  readonly password: Secret<string> | null;
}

/** Only what is given is changed. */
export interface ChangeUserCommand {
  readonly fullName?: string;
  readonly active?: boolean;
  readonly roles?: readonly string[];
  readonly grants?: readonly Permission[];
}

export interface UserPage {
  /** A part of user name or full name. */
  readonly search?: string;
  /** Default 50, at most 1000. */
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * Looks after the users. Nobody gives what they do not have, or touches somebody who has more, unless they are
 * administrators. What somebody else has chosen as a password is for the first sign-in only.
 *
 * @throws BackupError `permission_error`; `not_found`; `validation_error` for a name, role or password that cannot be;
 *   `conflict` for a name that is taken, and where no active administrator would be left
 */
export class EditUsers {
  constructor(
    private readonly store: IdentityStore,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditLog,
    private readonly changes: AccessChanges,
  ) {}

  /** By user name. */
  async list(
    page: UserPage,
    asker: Asker,
  ): Promise<{ readonly total: number; readonly items: readonly User[] }> {
    requireMayManage(asker);
    return this.store.findUsers(page);
  }

  async get(userId: string, asker: Asker): Promise<User> {
    requireMayManage(asker);
    return this.#user(userId);
  }

  /** @param username in any case */
  async byName(username: string, asker: Asker): Promise<User> {
    requireMayManage(asker);
    const found = await this.store.credentials(username);
    if (found) return found.user;
    throw new BackupError('not_found', `There is no user ${JSON.stringify(username)}.`, { username });
  }

  async create(command: CreateUserCommand, asker: Asker): Promise<CreatedUser> {
    const userId = randomUUID();
    const { roles, grants } = command;
    const { actor } = asker;
    const action = {
      actor,
      action: 'user.create' as const,
      subject: userId,
      details: { username: command.username.slice(0, 64), roles, grants },
    };
    return audited(this.audit, action, async () => {
      const username = checkUserName(command.username);
      const fullName = checkFullName(command.fullName);
      requireMayGive(asker, [{ roles, grants }], await this.store.roles());
      if (command.password) checkPassword(command.password, username);
      const password = command.password ?? newPassword();
      const passwordHash = await this.hasher.hash(password);
      const user = await this.store.addUser({
        userId,
        username,
        fullName,
        passwordHash,
        mustChangePassword: true,
        roles,
        grants,
      });
      return { user, password: command.password === null ? password : null };
    });
  }

  /** Takes effect with the user's next request; one who is put to sleep is signed out everywhere. */
  async change(userId: string, command: ChangeUserCommand, asker: Asker): Promise<User> {
    const { actor } = asker;
    const { fullName, active, roles, grants } = command;
    // One by one: whatever else a caller's object holds has no business in the log.
    const details = {
      ...(fullName === undefined ? {} : { fullName: fullName.slice(0, 200) }),
      ...(active === undefined ? {} : { active }),
      ...(roles && { roles }),
      ...(grants && { grants }),
    };
    const action = { actor, action: 'user.update' as const, subject: userId, details };
    return audited(
      this.audit,
      action,
      async () => {
        const before = await this.#user(userId);
        const after = { roles: command.roles ?? before.roles, grants: command.grants ?? before.grants };
        requireMayGive(asker, [before, after], await this.store.roles());
        const fullName = command.fullName === undefined ? {} : { fullName: checkFullName(command.fullName) };
        const user = await this.store.changeUser(userId, { ...command, ...fullName });
        if (!user.active) await this.store.endSessions(userId);
        this.changes.tell({ of: 'user', userId });
        return user;
      },
      ({ username }) => ({ username }),
    );
  }

  /**
   * Gives a user a new password, which they have to change, ends their sessions, and forgets their failed sign-ins.
   *
   * @param password null: one is made
   * @returns        the one that was made, told once; null if it was given
   */
  async resetPassword(
    userId: string,
    password: Secret<string> | null,
    asker: Asker,
  ): Promise<Secret<string> | null> {
    const { actor } = asker;
    const action = { actor, action: 'user.reset_password' as const, subject: userId, details: {} };
    return audited(this.audit, action, async () => {
      if (userId === actor.userId) throw askForTheOld();
      const user = await this.#user(userId);
      requireMayGive(asker, [user], await this.store.roles());
      if (password) checkPassword(password, user.username);
      const next = password ?? newPassword();
      const passwordHash = await this.hasher.hash(next);
      await this.store.changeUser(userId, { passwordHash, mustChangePassword: true });
      await this.store.endSessions(userId);
      await this.store.clearSignInFailures(nameSubject(user.username));
      this.changes.tell({ of: 'user', userId });
      return password === null ? next : null;
    });
  }

  /** @returns how many sessions were ended */
  async endSessions(userId: string, asker: Asker): Promise<number> {
    const { actor } = asker;
    const action = { actor, action: 'session.revoke' as const, subject: userId, details: { all: true } };
    return audited(
      this.audit,
      action,
      async () => {
        requireMayGive(asker, [await this.#user(userId)], await this.store.roles());
        const ended = await this.store.endSessions(userId);
        this.changes.tell({ of: 'user', userId });
        return ended;
      },
      ended => ({ ended }),
    );
  }

  async #user(userId: string): Promise<User> {
    const user = await this.store.user(userId);
    if (user) return user;
    throw new BackupError('not_found', 'There is no such user.', { userId });
  }
}

/** At somebody's open screen a reset would do without the old password. */
function askForTheOld(): BackupError {
  return new BackupError('validation_error', 'Change your own password instead; that asks for the old one.', {
    parameter: 'user_id',
  });
}
