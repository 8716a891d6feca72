import type { ApiToken, Session, User } from '@satchel/domain';
import { PERMISSIONS } from '@satchel/domain';
import { z } from 'zod';
import { PERMISSION } from '../user/permission.dto.js';
import { toUserReply, USER_REPLY } from '../user/user.dto.js';
import { TIMESTAMP } from '../http/envelope.dto.js';

/** Longest text that is looked at as a password, in characters; what is really allowed is for the use cases to say. */
const MAX_PASSWORD = 1000;

export const PASSWORD = z.string().min(1).max(MAX_PASSWORD).meta({ format: 'password' });

export const LOGIN_BODY = z
  .strictObject({
    username: z.string().min(1).max(200),
    password: PASSWORD,
    cookies: z
      .boolean()
      .default(false)
      .describe('For browsers: the tokens come as `HttpOnly` cookies instead of in the reply.'),
  })
  .meta({
    id: 'LoginBody',
    examples: [{ username: 'admin', password: 'correct-horse-battery', cookies: false }],
  });
export type LoginBody = z.infer<typeof LOGIN_BODY>;

export const REFRESH_BODY = z
  .strictObject({
    refresh_token: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Left out in a browser, whose cookie holds it.'),
  })
  .optional()
  .meta({ id: 'RefreshBody', examples: [{ refresh_token: 'k3Jx…' }] });
export type RefreshBody = z.infer<typeof REFRESH_BODY>;

export const PASSWORD_BODY = z
  .strictObject({ old_password: PASSWORD, password: PASSWORD.describe('The new one.') })
  .meta({
    id: 'PasswordBody',
    examples: [{ old_password: 'correct-horse-battery', password: 'staple-garden-river' }],
  });
export type PasswordBody = z.infer<typeof PASSWORD_BODY>;

export const SESSION_OPENED = z
  .object({
    access_token: z.string().nullable().describe('Null where it came as a cookie.'),
    access_expires_at: TIMESTAMP,
    refresh_token: z.string().nullable().describe('Good for one exchange. Null where it came as a cookie.'),
    session_id: z.uuid(),
    session_expires_at: TIMESTAMP,
    csrf_token: z.string().describe('For `X-CSRF-Token`, where cookies authorise a change.'),
    user: USER_REPLY,
  })
  .meta({ id: 'OpenedSession' });

export const ME_REPLY = z
  .object({
    user: USER_REPLY,
    permissions: z
      .array(PERMISSION)
      .describe('What this request may do; of an API token, what the token may.'),
    session_id: z.uuid().nullable(),
    token_id: z.uuid().nullable().describe('The API token that stands in for the person.'),
    csrf_token: z.string().nullable().describe('Null for an API token, which needs none.'),
  })
  .meta({ id: 'Me' });

export const SESSION_REPLY = z
  .object({
    session_id: z.uuid(),
    current: z.boolean().describe('Whether it is the one that asks.'),
    created_at: TIMESTAMP,
    last_used_at: TIMESTAMP,
    expires_at: TIMESTAMP,
    address: z.string().nullable(),
    user_agent: z.string().nullable(),
  })
  .meta({ id: 'Session' });

export const TOKEN_BODY = z
  .strictObject({
    name: z.string().min(1).max(200),
    permissions: z.array(PERMISSION).min(1).max(PERMISSIONS.length),
    expires_at: z.iso
      .datetime({ offset: true })
      .transform(text => new Date(text))
      .describe('Within a year.'),
  })
  .meta({
    id: 'TokenBody',
    examples: [
      {
        name: 'nightly backup',
        permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
        expires_at: '2026-12-31T00:00:00Z',
      },
    ],
  });
export type TokenBody = z.infer<typeof TOKEN_BODY>;

export const TOKEN_REPLY = z
  .object({
    token_id: z.uuid(),
    name: z.string(),
    permissions: z.array(PERMISSION),
    created_at: TIMESTAMP,
    expires_at: TIMESTAMP,
    last_used_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'ApiToken' });

export const TOKEN_CREATED = z
  .object({ token: z.string().describe('Told once, here.'), ...TOKEN_REPLY.shape })
  .meta({ id: 'CreatedApiToken' });

export const SIGNED_OUT = z.object({}).meta({ id: 'SignedOut' });

export const ENDED_REPLY = z.object({ ended_sessions: z.int().min(0) }).meta({ id: 'EndedSessions' });

export function toSessionReply(session: Session, currentId: string | null): z.input<typeof SESSION_REPLY> {
  return {
    session_id: session.sessionId,
    current: session.sessionId === currentId,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    address: session.address,
    user_agent: session.userAgent,
  };
}

export function toTokenReply(token: ApiToken): z.input<typeof TOKEN_REPLY> {
  return {
    token_id: token.tokenId,
    name: token.name,
    permissions: [...token.permissions],
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt.toISOString(),
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
  };
}

export interface OpenedSessionParts {
  readonly user: User;
  readonly session: Session;
  readonly access: { readonly text: string; readonly expiresAt: Date };
  readonly refreshToken: string;
  readonly csrfToken: string;
}

/** @param tokensInside false where cookies hold them: what a script cannot read, it cannot lose */
export function toSessionOpened(
  { user, session, access, refreshToken, csrfToken }: OpenedSessionParts,
  tokensInside: boolean,
): z.input<typeof SESSION_OPENED> {
  return {
    access_token: tokensInside ? access.text : null,
    access_expires_at: access.expiresAt.toISOString(),
    refresh_token: tokensInside ? refreshToken : null,
    session_id: session.sessionId,
    session_expires_at: session.expiresAt.toISOString(),
    csrf_token: csrfToken,
    user: toUserReply(user),
  };
}
