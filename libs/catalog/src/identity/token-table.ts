import { BackupError, isBackupId as isUuid, type ApiToken, type User } from '@satchel/domain';
import { isDuplicate, isReferenceViolation } from '../catalog-error.js';
import { storableText } from '../storable-text.js';
import { noSuchUser } from './change-user.js';
import { checkUuid } from './check-uuid.js';
import type { IdentityStatements } from './identity-statements.js';
import { TOKEN_COLUMNS, tokenOf, type TokenRow } from './token-row.js';
import { USER_COLUMNS, userOf, type UserRow } from './user-row.js';

/** Tokens for scripts, by the hashes of their texts. */
export class TokenTable {
  readonly #statements: IdentityStatements;

  constructor(statements: IdentityStatements) {
    this.#statements = statements;
  }

  async add(token: ApiToken, tokenHash: string): Promise<void> {
    checkUuid('tokenId', token.tokenId);
    checkUuid('userId', token.userId);
    try {
      await this.#statements.rows(
        `INSERT INTO "satchel"."api_token" ("token_id", "hash", "user_id", "name", "permissions", "created_at",
           "expires_at", "last_used_at")
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          token.tokenId,
          tokenHash,
          token.userId,
          storableText(token.name),
          token.permissions,
          token.createdAt,
          token.expiresAt,
          token.lastUsedAt,
        ],
      );
    } catch (thrown) {
      if (isReferenceViolation(thrown)) throw noSuchUser(token.userId);
      if (!isDuplicate(thrown)) throw thrown;
      throw new BackupError('conflict', 'There is such a token already.', { tokenId: token.tokenId });
    }
  }

  /** Notes that a token was used. @returns it and whose it is; null if it is good for nothing */
  async use(tokenHash: string, now: Date): Promise<{ token: ApiToken; user: User } | null> {
    const [row] = await this.#statements.changedRows<TokenRow & UserRow>(
      `UPDATE "satchel"."api_token" AS t SET "last_used_at" = greatest(t."last_used_at", $2)
       FROM "satchel"."user" AS u
       WHERE t."hash" = $1 AND t."expires_at" > $2 AND u."user_id" = t."user_id" AND u."active"
       RETURNING ${TOKEN_COLUMNS}, ${USER_COLUMNS}`,
      [tokenHash, now],
    );
    return row ? { token: tokenOf(row), user: userOf(row) } : null;
  }

  /** Newest first, expired ones too until they are swept. */
  async of(userId: string): Promise<readonly ApiToken[]> {
    if (!isUuid(userId)) return [];
    const rows = await this.#statements.rows<TokenRow>(
      `SELECT ${TOKEN_COLUMNS} FROM "satchel"."api_token" AS t WHERE t."user_id" = $1
       ORDER BY t."created_at" DESC, t."token_id"`,
      [userId],
    );
    return rows.map(tokenOf);
  }

  async remove(userId: string, tokenId: string): Promise<boolean> {
    if (!isUuid(userId) || !isUuid(tokenId)) return false;
    const removed = await this.#statements.change(
      `DELETE FROM "satchel"."api_token" WHERE "token_id" = $1 AND "user_id" = $2`,
      [tokenId, userId],
    );
    return removed > 0;
  }

  /** Removes those that have expired. */
  async sweep(now: Date): Promise<void> {
    await this.#statements.change(`DELETE FROM "satchel"."api_token" WHERE "expires_at" <= $1`, [now]);
  }
}
