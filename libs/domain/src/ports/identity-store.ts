import type { ApiToken, Session, User, UserCredentials } from '../identity/user.js';
import type { Permission } from '../permission/permission.js';
import type { Role } from '../permission/role.js';
import type { Secret } from '../secret.js';

export interface NewUser {
  readonly userId: string;
  readonly username: string;
  readonly fullName: string;
  readonly passwordHash: Secret<string>;
  readonly mustChangePassword: boolean;
  readonly roles: readonly string[];
  readonly grants: readonly Permission[];
}

/** Only what is given is changed. */
export interface UserChange {
  readonly fullName?: string;
  readonly active?: boolean;
  readonly roles?: readonly string[];
  readonly grants?: readonly Permission[];
  readonly passwordHash?: Secret<string>;
  readonly mustChangePassword?: boolean;
}

export interface NewSession {
  readonly session: Session;
  /** `sha256:` of the refresh token that continues it. */
  readonly refreshHash: string;
}

/** How long after its first exchange a refresh token may be exchanged once more, in milliseconds. */
export const RENEWAL_GRACE_MS = 10_000;

/**
 * - `renewed`: the token was the newest; the next one takes its place.
 * - `reused`: the token had been used before, so somebody has stolen it: the session is ended.
 * - `unknown`: no such token, or its session has ended or expired.
 *
 * Two tabs of a browser share a token and may exchange it at the same moment. So for `RENEWAL_GRACE_MS` after a token
 * was exchanged, that very token (no other) may be exchanged again, while nobody has used what it was exchanged for:
 * each gets a next token of its own. As soon as one of these is exchanged the others are used up, so that of two people
 * who hold the same token one is found out at the next renewal but one, grace or not.
 */
export type RenewOutcome =
  | { readonly outcome: 'renewed'; readonly session: Session }
  | { readonly outcome: 'reused'; readonly session: Session }
  | { readonly outcome: 'unknown' };

/** Failed sign-ins in a row, of one name or from one address. */
export interface SignInFailures {
  readonly count: number;
  readonly lastFailedAt: Date;
}

/**
 * Users, roles, sessions and tokens. Secrets come hashed and are kept so. Changes are all or nothing; two at the same
 * time do not mix. There is always an active user with the administrator's role once there was one: what would leave
 * none is a `conflict`. Out of reach: `unavailable`.
 */
export abstract class IdentityStore {
  abstract countUsers(): Promise<number>;
  /** @throws BackupError `conflict` if the name is taken (in any case), `validation_error` for an unknown role */
  abstract addUser(user: NewUser): Promise<User>;
  /**
   * Changing roles, grants, password or activity takes effect with the next request of that user.
   *
   * @throws BackupError `not_found`; `conflict` if no active administrator would be left
   */
  abstract changeUser(userId: string, change: UserChange): Promise<User>;
  abstract user(userId: string): Promise<User | null>;
  abstract credentials(username: string): Promise<UserCredentials | null>;
  abstract findUsers(filter: {
    readonly search?: string;
    readonly limit?: number;
    readonly offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly User[] }>;
  abstract noteSignIn(userId: string, at: Date): Promise<void>;

  abstract roles(): Promise<readonly Role[]>;
  /** @throws BackupError `conflict` if there is one of this name */
  abstract addRole(role: Role): Promise<void>;
  /** @throws BackupError `not_found`; `conflict` for a fixed role */
  abstract changeRole(
    name: string,
    change: { title?: string; permissions?: readonly Permission[] },
  ): Promise<Role>;
  /** @throws BackupError `not_found`; `conflict` for a fixed role, or one that users have */
  abstract removeRole(name: string): Promise<void>;

  abstract addSession(session: NewSession): Promise<void>;
  /** Exchanges a refresh token for the next, in one step, however many ask at once. */
  abstract renewSession(refreshHash: string, nextHash: string, now: Date): Promise<RenewOutcome>;
  /** Who a living session belongs to, as of now; null if it has ended or expired, or its user is not active. */
  abstract sessionUser(sessionId: string, now: Date): Promise<User | null>;
  abstract sessions(userId: string, now: Date): Promise<readonly Session[]>;
  /** Ending one that is unknown or has ended changes nothing. @returns whether one was ended */
  abstract endSession(sessionId: string): Promise<boolean>;
  abstract endSessions(userId: string): Promise<number>;

  abstract addToken(token: ApiToken, tokenHash: string): Promise<void>;
  /** A living token and its owner, both as of now; notes that it was used. */
  abstract tokenUser(tokenHash: string, now: Date): Promise<{ token: ApiToken; user: User } | null>;
  abstract tokens(userId: string): Promise<readonly ApiToken[]>;
  /** @returns whether the user had such a token */
  abstract removeToken(userId: string, tokenId: string): Promise<boolean>;

  /** @param subject a name or an address, as the caller writes it */
  abstract signInFailures(subject: string): Promise<SignInFailures | null>;
  abstract noteSignInFailure(subject: string, at: Date): Promise<SignInFailures>;
  abstract clearSignInFailures(subject: string): Promise<void>;
  /** Forgets ended sessions, expired tokens and old failures. */
  abstract sweep(now: Date): Promise<void>;
}
