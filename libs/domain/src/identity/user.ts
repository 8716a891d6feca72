import type { Permission } from '../permission/permission.js';
import type { Secret } from '../secret.js';

/** Somebody who may sign in. */
export interface User {
  readonly userId: string;
  /** Compared without regard to case; kept as it was typed. */
  readonly username: string;
  readonly fullName: string;
  readonly active: boolean;
  /** Names of roles. */
  readonly roles: readonly string[];
  /** Granted beside those of the roles. */
  readonly grants: readonly Permission[];
  /** What roles and grants add up to; empty for a user who is not active. */
  readonly permissions: readonly Permission[];
  /** Made by somebody else: the owner has to choose a new one first. */
  readonly mustChangePassword: boolean;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

/** A user as the sign-in sees it. */
export interface UserCredentials {
  readonly user: User;
  /** The hash as the password hasher made it. */
  readonly passwordHash: Secret<string>;
}

/**
 * One sign-in of one person. Access tokens name it, so ending it ends them all at once.
 */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** After this moment it cannot be renewed. */
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** A key for scripts that acts for its owner, with at most the owner's permissions. */
export interface ApiToken {
  readonly tokenId: string;
  readonly userId: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}
