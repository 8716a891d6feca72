import type { Actor, AuditLog, Clock, IdentityStore, PasswordHasher, Secret } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AccessChanges } from './access-changes.js';
import { requirePerson } from './asker.js';
import { endOtherSessions } from './own-sessions.js';
import { checkPassword } from './password-policy.js';
import { nameSubject, SignInDelay } from './sign-in-delay.js';

export interface ChangeOwnPasswordCommand {
  readonly oldPassword: Secret<string>;
  readonly newPassword: Secret<string>;
  /** The session that asks, and goes on. */
  readonly sessionId: string;
}

/**
 * Changes a person's own password and ends their other sessions. Whoever sits down at somebody else's open screen does
 * not know the old one, and cannot guess it any faster than at the sign-in.
 *
 * @throws BackupError `validation_error` if the new one is no good or the old one wrong (`parameter` says which);
 *   `rate_limited` as for the sign-in
 */
export class ChangeOwnPassword {
  readonly #delay: SignInDelay;

  constructor(
    private readonly store: IdentityStore,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
  ) {
    this.#delay = new SignInDelay(store, clock);
  }

  /** @returns how many other sessions were ended */
  async run(command: ChangeOwnPasswordCommand, actor: Actor): Promise<number> {
    const userId = requirePerson(actor);
    return audited(
      this.audit,
      { actor, action: 'user.change_password', subject: userId, details: {} },
      () => this.#change(userId, command),
      endedSessions => ({ endedSessions }),
    );
  }

  async #change(userId: string, command: ChangeOwnPasswordCommand): Promise<number> {
    const { oldPassword, newPassword, sessionId } = command;
    const user = await this.store.user(userId);
    const known = user && (await this.store.credentials(user.username));
    if (!user || !known) throw new BackupError('auth_error', 'The session has ended. Sign in again.');
    checkPassword(newPassword, user.username);
    const subjects = [nameSubject(user.username)];
    await this.#delay.attempt(subjects);
    if (!(await this.hasher.verify(known.passwordHash, oldPassword))) {
      throw new BackupError('validation_error', 'The old password is wrong.', { parameter: 'old_password' });
    }
    await this.#delay.succeeded(subjects);
    if (oldPassword.reveal() === newPassword.reveal()) {
      throw new BackupError('validation_error', 'The new password is the old one. Choose another.', {
        parameter: 'password',
      });
    }
    const passwordHash = await this.hasher.hash(newPassword);
    await this.store.changeUser(userId, { passwordHash, mustChangePassword: false });
    this.changes.tell({ of: 'user', userId });
    return endOtherSessions(this.store, this.changes, { userId, sessionId, now: this.clock.now() });
  }
}
