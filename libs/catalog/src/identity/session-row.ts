import type { Session } from '@satchel/domain';

export interface SessionRow {
  readonly session_id: string;
  readonly user_id: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly expires_at: Date;
  readonly address: string | null;
  readonly user_agent: string | null;
}

/** What is selected of `"satchel"."session" AS s`. */
export const SESSION_COLUMNS = `s."session_id", s."user_id", s."created_at", s."last_used_at", s."expires_at",
  s."address", s."user_agent"`;

export function sessionOf(row: SessionRow): Session {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    address: row.address,
    userAgent: row.user_agent,
  };
}
