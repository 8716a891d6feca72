import {
  BackupError,
  isBackupId as isUuid,
  type NewSession,
  type RenewOutcome,
  type Session,
  type User,
} from '@satchel/domain';
import { isDuplicate, isReferenceViolation } from '../catalog-error.js';
import { storableText } from '../storable-text.js';
import { noSuchUser } from './change-user.js';
import { checkUuid } from './check-uuid.js';
import type { IdentityStatements } from './identity-statements.js';
import { exchangeToken } from './renew-session.js';
import { SESSION_COLUMNS, sessionOf, type SessionRow } from './session-row.js';
import { USER_COLUMNS, userOf, type UserRow } from './user-row.js';

/** Where people are signed in, and the refresh tokens that keep them so. */
export class SessionTable {
  readonly #statements: IdentityStatements;

  constructor(statements: IdentityStatements) {
    this.#statements = statements;
  }

  async add({ session, refreshHash }: NewSession): Promise<void> {
    checkUuid('sessionId', session.sessionId);
    checkUuid('userId', session.userId);
    try {
      await this.#statements.rows(
        `WITH opened AS (
           INSERT INTO "satchel"."session" ("session_id", "user_id", "created_at", "last_used_at", "expires_at",
             "address", "user_agent")
           VALUES ($1, $2, $3, $4, $5, $6, $7)
         )
         INSERT INTO "satchel"."refresh_token" ("hash", "session_id", "generation") VALUES ($8, $1, 0)`,
        [
          session.sessionId,
          session.userId,
          session.createdAt,
          session.lastUsedAt,
          session.expiresAt,
          session.address === null ? null : storableText(session.address),
          session.userAgent === null ? null : storableText(session.userAgent),
          refreshHash,
        ],
      );
    } catch (thrown) {
      if (isReferenceViolation(thrown)) throw noSuchUser(session.userId);
      if (!isDuplicate(thrown)) throw thrown;
      throw new BackupError('conflict', 'There is such a session already.', { sessionId: session.sessionId });
    }
  }

  async renew(refreshHash: string, nextHash: string, now: Date): Promise<RenewOutcome> {
    return this.#statements.ask(dataSource =>
      dataSource.transaction(manager => exchangeToken(manager, refreshHash, nextHash, now)),
    );
  }

  /** Who is signed in; null once the session is over or its user is not active. */
  async userOf(sessionId: string, now: Date): Promise<User | null> {
    if (!isUuid(sessionId)) return null;
    const [row] = await this.#statements.rows<UserRow>(
      `SELECT ${USER_COLUMNS}
       FROM "satchel"."session" AS s JOIN "satchel"."user" AS u ON u."user_id" = s."user_id"
       WHERE s."session_id" = $1 AND s."ended_at" IS NULL AND s."expires_at" > $2 AND u."active"`,
      [sessionId, now],
    );
    return row ? userOf(row) : null;
  }

  /** Last used first. */
  async of(userId: string, now: Date): Promise<readonly Session[]> {
    if (!isUuid(userId)) return [];
    const rows = await this.#statements.rows<SessionRow>(
      `SELECT ${SESSION_COLUMNS} FROM "satchel"."session" AS s
       WHERE s."user_id" = $1 AND s."ended_at" IS NULL AND s."expires_at" > $2
       ORDER BY s."last_used_at" DESC, s."session_id"`,
      [userId, now],
    );
    return rows.map(sessionOf);
  }

  async end(sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    const ended = await this.#statements.change(
      `UPDATE "satchel"."session" SET "ended_at" = now() WHERE "session_id" = $1 AND "ended_at" IS NULL`,
      [sessionId],
    );
    return ended > 0;
  }

  async endAllOf(userId: string): Promise<number> {
    if (!isUuid(userId)) return 0;
    return this.#statements.change(
      `UPDATE "satchel"."session" SET "ended_at" = now() WHERE "user_id" = $1 AND "ended_at" IS NULL`,
      [userId],
    );
  }

  /** Removes those that are over. */
  async sweep(now: Date): Promise<void> {
    await this.#statements.change(
      `DELETE FROM "satchel"."session" WHERE "ended_at" IS NOT NULL OR "expires_at" <= $1`,
      [now],
    );
  }
}
