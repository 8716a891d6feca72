import type { Actor, Permission, User } from '@satchel/domain';
import type { Asker, Authenticated } from '@satchel/use-cases';
import { actorOf as actorOfAuthenticated, askerOf as askerOfAuthenticated } from '@satchel/use-cases';
import { BackupError } from '@satchel/domain';
import type { Request } from 'express';

/** Who makes a request, once that is known. */
export interface Principal {
  readonly user: User;
  /** What this request may do: the user's permissions, or the fewer of an API token. */
  readonly permissions: ReadonlySet<Permission>;
  /** Null for an API token. */
  readonly sessionId: string | null;
  /** Null for a person's session. */
  readonly tokenId: string | null;
  /** `cookie`: the browser sent it by itself, so a CSRF token has to stand beside it. */
  readonly via: 'bearer' | 'cookie';
  /** The same as the use cases know it. */
  readonly authenticated: Authenticated;
}

declare module 'express-serve-static-core' {
  interface Request {
    principal?: Principal;
  }
}

export function toPrincipal(authenticated: Authenticated, via: Principal['via']): Principal {
  return {
    user: authenticated.user,
    permissions: new Set(authenticated.permissions),
    sessionId: authenticated.sessionId,
    tokenId: authenticated.token?.tokenId ?? null,
    via,
    authenticated,
  };
}

/** Who asks, as the audit log wants to know it. Of a request that nobody has signed in for, only the address is known. */
export function actorOf(request: Request): Actor {
  const address = addressOf(request);
  if (request.principal) return actorOfAuthenticated(request.principal.authenticated, address);
  return { userId: null, name: 'anonymous', channel: 'api', address, tokenId: null };
}

/** Who asks, for use cases that decide by what somebody may do. @throws BackupError `auth_error` for nobody */
export function askerOf(request: Request): Asker {
  return askerOfAuthenticated(principalOf(request).authenticated, addressOf(request));
}

/** @throws BackupError `auth_error` for nobody; the guard has asked already */
export function principalOf(request: Request): Principal {
  if (request.principal) return request.principal;
  throw new BackupError('auth_error', 'You are not signed in, or your session has ended. Sign in again.');
}

/** @throws BackupError `permission_error` for an API token, which is no sign-in of a person */
export function sessionIdOf(request: Request): string {
  const { sessionId } = principalOf(request);
  if (sessionId !== null) return sessionId;
  throw new BackupError('permission_error', 'An API token cannot do this. Sign in with your password.');
}

/** Where a request came from, as far as `TRUST_PROXY` lets proxies say so. */
export function addressOf(request: Request): string | null {
  return request.ip ?? null;
}
