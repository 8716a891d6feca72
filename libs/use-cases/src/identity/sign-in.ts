import { randomUUID } from 'node:crypto';
import type {
  Actor,
  AuditLog,
  Clock,
  IdentityStore,
  PasswordHasher,
  Secret,
  Session,
  User,
  UserCredentials,
} from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { digestOf, newRefreshToken } from './new-secret.js';
import { MAX_PASSWORD_BYTES } from './password-policy.js';
import { addressSubject, nameSubject, SignInDelay } from './sign-in-delay.js';
import { isUserName } from './user-name.js';

export interface SignInCommand {
  readonly username: string;
  readonly password: Secret<string>;
  /** Where the request came from; null where it is not known. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** An open session; the refresh token is told once, here. */
export interface OpenedSession {
  readonly user: User;
  readonly session: Session;
  readonly refreshToken: Secret<string>;
}

/** How long a session lasts however often it is renewed, in milliseconds: a working day. */
export const SESSION_LIFETIME_MS = 12 * 3_600_000;

const MAX_USER_AGENT = 300;

/**
 * Opens a session for a name and a password. Whether the name is unknown, the password wrong or the user not active:
 * error and time are the same. Each attempt that was judged is in the audit log; of a name that is nobody's the name is
 * not, because people type passwords into the wrong field.
 *
 * @throws BackupError `auth_error`; `rate_limited` with `retryAfterSeconds`, before the password is looked at;
 *   `unavailable` if it cannot be recorded, and then no session is open
 */
export class SignIn {
  readonly #delay: SignInDelay;

  constructor(
    private readonly store: IdentityStore,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly sessionLifetimeMs: number = SESSION_LIFETIME_MS,
  ) {
    this.#delay = new SignInDelay(store, clock);
  }

  async run(command: SignInCommand): Promise<OpenedSession> {
    const { password, address } = command;
    // A name that cannot be one is counted by address alone: the store keeps no text of any length.
    const username = isUserName(command.username.trim().normalize('NFC')) ? command.username.trim() : null;
    const subjects = [
      ...(username === null ? [] : [nameSubject(username)]),
      ...(address === null ? [] : [addressSubject(address)]),
    ];
    await this.#delay.attempt(subjects);
    const found = username === null ? null : await this.store.credentials(username);
    const fits = Buffer.byteLength(password.reveal()) <= MAX_PASSWORD_BYTES;
    const matches = await this.hasher.verify(fits && found ? found.passwordHash : null, password);
    const actor = actorOf(found?.user ?? null, address);
    if (!matches || !found?.user.active) {
      await this.#record(actor, found, matches ? 'not active' : found ? 'wrong password' : 'unknown name');
      throw new BackupError('auth_error', 'User name or password is wrong.');
    }
    await this.#delay.succeeded(subjects);
    if (this.hasher.isOutdated(found.passwordHash)) {
      const passwordHash = await this.hasher.hash(password);
      await this.store.changeUser(found.user.userId, { passwordHash });
    }
    return this.#open(found.user, actor, command);
  }

  async #open(user: User, actor: Actor, { address, userAgent }: SignInCommand): Promise<OpenedSession> {
    const now = this.clock.now();
    const session: Session = {
      sessionId: randomUUID(),
      userId: user.userId,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + this.sessionLifetimeMs),
      address,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    };
    const refreshToken = newRefreshToken();
    await this.store.addSession({ session, refreshHash: digestOf(refreshToken) });
    try {
      await this.audit.record({
        actor,
        action: 'session.sign_in',
        outcome: 'success',
        subject: user.userId,
        details: { sessionId: session.sessionId, userAgent: session.userAgent },
      });
    } catch (error) {
      await this.store.endSession(session.sessionId);
      throw error;
    }
    await this.store.noteSignIn(user.userId, now);
    return { user, session, refreshToken };
  }

  async #record(actor: Actor, found: UserCredentials | null, reason: string): Promise<void> {
    await this.audit.record({
      actor,
      action: 'session.sign_in',
      outcome: 'refused',
      subject: found?.user.userId ?? null,
      details: { reason, error: 'auth_error' },
    });
  }
}

function actorOf(user: User | null, address: string | null): Actor {
  return {
    userId: user?.userId ?? null,
    name: user?.username ?? 'unknown',
    channel: 'api',
    address,
    tokenId: null,
  };
}
