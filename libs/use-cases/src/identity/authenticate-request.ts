import type { Actor, ApiToken, Clock, IdentityStore, Permission, User } from '@satchel/domain';
import { ADMINISTRATOR_ROLE, Secret } from '@satchel/domain';
import type { Asker } from './asker.js';
import { digestOf, isApiToken } from './new-secret.js';

/** Whose request it is, as of now. */
export interface Authenticated {
  readonly user: User;
  /** What the request may do: of a token, what both the token and its owner have. */
  readonly permissions: readonly Permission[];
  /** Null: a token stands in for the person. */
  readonly sessionId: string | null;
  readonly token: ApiToken | null;
}

/**
 * Finds out whose request it is. One question to the store each; whoever keeps the answer for a moment listens to
 * `AccessChanges`.
 */
export class AuthenticateRequest {
  constructor(
    private readonly store: IdentityStore,
    private readonly clock: Clock,
  ) {}

  /** @param sessionId from an access token whose signature is ours. @returns null if the session is over */
  async sessionUser(sessionId: string): Promise<Authenticated | null> {
    const user = await this.store.sessionUser(sessionId, this.clock.now());
    return user && { user, permissions: user.permissions, sessionId, token: null };
  }

  /** @param text an API token as it was sent. @returns null if it is none, has expired or was revoked */
  async tokenUser(text: string): Promise<Authenticated | null> {
    if (!isApiToken(text)) return null;
    const found = await this.store.tokenUser(digestOf(new Secret(text)), this.clock.now());
    if (found === null) return null;
    const { token, user } = found;
    const permissions = user.permissions.filter(permission => token.permissions.includes(permission));
    return { user, permissions, sessionId: null, token };
  }
}

/** The person of a request, for the audit log. */
export function actorOf({ user, token }: Authenticated, address: string | null): Actor {
  return {
    userId: user.userId,
    name: user.username,
    channel: 'api',
    address,
    tokenId: token?.tokenId ?? null,
  };
}

/** The same for use cases that decide by what somebody may do. */
export function askerOf(authenticated: Authenticated, address: string | null): Asker {
  const { user, permissions, token } = authenticated;
  return {
    actor: actorOf(authenticated, address),
    permissions,
    administrator: token === null && user.active && user.roles.includes(ADMINISTRATOR_ROLE),
  };
}
