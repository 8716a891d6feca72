import type { Actor, Permission, User } from '@satchel/domain';
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
}

declare module 'express-serve-static-core' {
  interface Request {
    principal?: Principal;
  }
}

/** Who asks, as the audit log wants to know it. Of a request that nobody has signed in for, only the address is known. */
export function actorOf(request: Request): Actor {
  const { principal } = request;
  return {
    userId: principal?.user.userId ?? null,
    name: principal?.user.username ?? 'anonymous',
    channel: 'api',
    address: request.ip ?? null,
    tokenId: principal?.tokenId ?? null,
  };
}
