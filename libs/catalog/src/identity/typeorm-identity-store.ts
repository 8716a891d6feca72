import {
  BackupError,
  IdentityStore,
  isBackupId as isUuid,
  isPermission,
  PERMISSIONS,
  userNameKey,
  type ApiToken,
  type NewSession,
  type NewUser,
  type Permission,
  type RenewOutcome,
  type Role,
  type Session,
  type SignInFailures,
  type User,
  type UserChange,
  type UserCredentials,
} from '@satchel/domain';
import type { CatalogDatabase } from '../catalog-database.js';
import { isDuplicate, isReferenceViolation } from '../catalog-error.js';
import { pageOf } from '../page-of.js';
import { storableText } from '../storable-text.js';
import { addRoles, applyUserChange, noSuchUser } from './change-user.js';
import { exchangeToken } from './renew-session.js';
import { SESSION_COLUMNS, sessionOf, type SessionRow } from './session-row.js';
import { TOKEN_COLUMNS, tokenOf, type TokenRow } from './token-row.js';
import { credentialsOf, USER_COLUMNS, userOf, type UserRow } from './user-row.js';

interface RoleRow {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly string[];
  readonly fixed: boolean;
}

interface FailureRow {
  readonly count: number;
  readonly last_failed_at: Date;
}

/** Failures that are older than this are forgotten, in milliseconds: a day. */
const FAILURES_KEPT_MS = 86_400_000;

/** As much of a subject as is kept: a name or an address is shorter. */
const MAX_SUBJECT = 200;

/**
 * Keeps users, roles, sessions and tokens in schema `satchel`. The statements are SQL, since what matters here are locks
 * and what one statement sees; there are no entities of these tables.
 */
export class TypeormIdentityStore extends IdentityStore {
  readonly #database: CatalogDatabase;

  constructor(database: CatalogDatabase) {
    super();
    this.#database = database;
  }

  async countUsers(): Promise<number> {
    const [row] = await this.#rows<{ users: number }>('SELECT count(*)::int AS users FROM "satchel"."user"');
    return row?.users ?? 0;
  }

  async addUser(user: NewUser): Promise<User> {
    checkUuid('userId', user.userId);
    const username = storableText(user.username);
    try {
      return await this.#database.ask(dataSource =>
        dataSource.transaction(async manager => {
          await manager.query(
            `INSERT INTO "satchel"."user" ("user_id", "username", "username_key", "full_name", "password_hash",
               "must_change_password", "active", "grants", "created_at")
             VALUES ($1, $2, $3, $4, $5, $6, true, $7, now())`,
            [
              user.userId,
              username,
              userNameKey(username),
              storableText(user.fullName),
              user.passwordHash.reveal(),
              user.mustChangePassword,
              user.grants,
            ],
          );
          await addRoles(manager, user.userId, user.roles);
          return userOf(await selectUser(manager, user.userId));
        }),
      );
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new BackupError('conflict', `There is a user ${JSON.stringify(username)} already.`, { username });
    }
  }

  async changeUser(userId: string, change: UserChange): Promise<User> {
    if (!isUuid(userId)) throw noSuchUser(userId);
    return this.#database.ask(dataSource =>
      dataSource.transaction(async manager => {
        await applyUserChange(manager, userId, change);
        return userOf(await selectUser(manager, userId));
      }),
    );
  }

  async user(userId: string): Promise<User | null> {
    if (!isUuid(userId)) return null;
    const [row] = await this.#rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE u."user_id" = $1`,
      [userId],
    );
    return row ? userOf(row) : null;
  }

  async credentials(username: string): Promise<UserCredentials | null> {
    const [row] = await this.#rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE u."username_key" = $1`,
      [userNameKey(storableText(username))],
    );
    return row ? credentialsOf(row) : null;
  }

  async findUsers(filter: {
    readonly search?: string;
    readonly limit?: number;
    readonly offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly User[] }> {
    const { take, skip } = pageOf({ ...filter });
    const search = storableText(filter.search?.trim() ?? '');
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const where = `u."username" ILIKE $1 OR u."username_key" LIKE $2 OR u."full_name" ILIKE $1`;
    const parameters = [pattern, userNameKey(pattern)];
    return this.#database.ask(dataSource =>
      // Count and page from one view of the table.
      dataSource.transaction('REPEATABLE READ', async manager => {
        const [counted] = await manager.query<{ total: number }[]>(
          `SELECT count(*)::int AS total FROM "satchel"."user" AS u WHERE ${where}`,
          parameters,
        );
        const rows = await manager.query<UserRow[]>(
          `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE ${where}
           ORDER BY u."username_key" COLLATE "C" LIMIT $3 OFFSET $4`,
          [...parameters, take, skip],
        );
        return { total: counted?.total ?? 0, items: rows.map(userOf) };
      }),
    );
  }

  async noteSignIn(userId: string, at: Date): Promise<void> {
    if (!isUuid(userId)) return;
    await this.#change(
      `UPDATE "satchel"."user" SET "last_sign_in_at" = greatest("last_sign_in_at", $2) WHERE "user_id" = $1`,
      [userId, at],
    );
  }

  async roles(): Promise<readonly Role[]> {
    const rows = await this.#rows<RoleRow>(
      'SELECT "name", "title", "permissions", "fixed" FROM "satchel"."role" ORDER BY "name" COLLATE "C"',
    );
    return rows.map(roleOf);
  }

  async addRole(role: Role): Promise<void> {
    try {
      await this.#rows(
        `INSERT INTO "satchel"."role" ("name", "title", "permissions", "fixed") VALUES ($1, $2, $3, $4)`,
        [storableText(role.name), storableText(role.title), role.permissions, role.fixed],
      );
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new BackupError('conflict', `There is a role ${role.name} already.`, { role: role.name });
    }
  }

  async changeRole(
    name: string,
    change: { title?: string; permissions?: readonly Permission[] },
  ): Promise<Role> {
    const [rows] = await this.#database.ask(dataSource =>
      dataSource.query<[RoleRow[], number]>(
        `UPDATE "satchel"."role" SET "title" = coalesce($2, "title"), "permissions" = coalesce($3, "permissions")
         WHERE "name" = $1 AND NOT "fixed" RETURNING "name", "title", "permissions", "fixed"`,
        [
          storableText(name),
          change.title === undefined ? null : storableText(change.title),
          change.permissions ?? null,
        ],
      ),
    );
    const [row] = rows;
    if (!row) throw await this.#noSuchRole(name, 'edited');
    return roleOf(row);
  }

  async removeRole(name: string): Promise<void> {
    try {
      const removed = await this.#change(`DELETE FROM "satchel"."role" WHERE "name" = $1 AND NOT "fixed"`, [
        storableText(name),
      ]);
      if (removed === 0) throw await this.#noSuchRole(name, 'removed');
    } catch (thrown) {
      if (!isReferenceViolation(thrown)) throw thrown;
      throw new BackupError('conflict', `Users have the role ${name}. Take it from them first.`, {
        role: name,
      });
    }
  }

  async addSession({ session, refreshHash }: NewSession): Promise<void> {
    checkUuid('sessionId', session.sessionId);
    checkUuid('userId', session.userId);
    try {
      await this.#rows(
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

  async renewSession(refreshHash: string, nextHash: string, now: Date): Promise<RenewOutcome> {
    return this.#database.ask(dataSource =>
      dataSource.transaction(manager => exchangeToken(manager, refreshHash, nextHash, now)),
    );
  }

  async sessionUser(sessionId: string, now: Date): Promise<User | null> {
    if (!isUuid(sessionId)) return null;
    const [row] = await this.#rows<UserRow>(
      `SELECT ${USER_COLUMNS}
       FROM "satchel"."session" AS s JOIN "satchel"."user" AS u ON u."user_id" = s."user_id"
       WHERE s."session_id" = $1 AND s."ended_at" IS NULL AND s."expires_at" > $2 AND u."active"`,
      [sessionId, now],
    );
    return row ? userOf(row) : null;
  }

  /** Last used first. */
  async sessions(userId: string, now: Date): Promise<readonly Session[]> {
    if (!isUuid(userId)) return [];
    const rows = await this.#rows<SessionRow>(
      `SELECT ${SESSION_COLUMNS} FROM "satchel"."session" AS s
       WHERE s."user_id" = $1 AND s."ended_at" IS NULL AND s."expires_at" > $2
       ORDER BY s."last_used_at" DESC, s."session_id"`,
      [userId, now],
    );
    return rows.map(sessionOf);
  }

  async endSession(sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    const ended = await this.#change(
      `UPDATE "satchel"."session" SET "ended_at" = now() WHERE "session_id" = $1 AND "ended_at" IS NULL`,
      [sessionId],
    );
    return ended > 0;
  }

  async endSessions(userId: string): Promise<number> {
    if (!isUuid(userId)) return 0;
    return this.#change(
      `UPDATE "satchel"."session" SET "ended_at" = now() WHERE "user_id" = $1 AND "ended_at" IS NULL`,
      [userId],
    );
  }

  async addToken(token: ApiToken, tokenHash: string): Promise<void> {
    checkUuid('tokenId', token.tokenId);
    checkUuid('userId', token.userId);
    try {
      await this.#rows(
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

  async tokenUser(tokenHash: string, now: Date): Promise<{ token: ApiToken; user: User } | null> {
    const [rows] = await this.#database.ask(dataSource =>
      dataSource.query<[(TokenRow & UserRow)[], number]>(
        `UPDATE "satchel"."api_token" AS t SET "last_used_at" = greatest(t."last_used_at", $2)
         FROM "satchel"."user" AS u
         WHERE t."hash" = $1 AND t."expires_at" > $2 AND u."user_id" = t."user_id" AND u."active"
         RETURNING ${TOKEN_COLUMNS}, ${USER_COLUMNS}`,
        [tokenHash, now],
      ),
    );
    const [row] = rows;
    return row ? { token: tokenOf(row), user: userOf(row) } : null;
  }

  /** Newest first, expired ones too until they are swept. */
  async tokens(userId: string): Promise<readonly ApiToken[]> {
    if (!isUuid(userId)) return [];
    const rows = await this.#rows<TokenRow>(
      `SELECT ${TOKEN_COLUMNS} FROM "satchel"."api_token" AS t WHERE t."user_id" = $1
       ORDER BY t."created_at" DESC, t."token_id"`,
      [userId],
    );
    return rows.map(tokenOf);
  }

  async removeToken(userId: string, tokenId: string): Promise<boolean> {
    if (!isUuid(userId) || !isUuid(tokenId)) return false;
    const removed = await this.#change(
      `DELETE FROM "satchel"."api_token" WHERE "token_id" = $1 AND "user_id" = $2`,
      [tokenId, userId],
    );
    return removed > 0;
  }

  async signInFailures(subject: string): Promise<SignInFailures | null> {
    const [row] = await this.#rows<FailureRow>(
      `SELECT "count", "last_failed_at" FROM "satchel"."sign_in_failure" WHERE "subject" = $1`,
      [subjectKey(subject)],
    );
    return row ? failuresOf(row) : null;
  }

  async noteSignInFailure(subject: string, at: Date): Promise<SignInFailures> {
    const [row] = await this.#rows<FailureRow>(
      `INSERT INTO "satchel"."sign_in_failure" AS old ("subject", "count", "last_failed_at") VALUES ($1, 1, $2)
       ON CONFLICT ("subject") DO UPDATE
       SET "count" = old."count" + 1, "last_failed_at" = greatest(old."last_failed_at", excluded."last_failed_at")
       RETURNING "count", "last_failed_at"`,
      [subjectKey(subject), at],
    );
    return row ? failuresOf(row) : { count: 1, lastFailedAt: at };
  }

  async clearSignInFailures(subject: string): Promise<void> {
    await this.#change(`DELETE FROM "satchel"."sign_in_failure" WHERE "subject" = $1`, [subjectKey(subject)]);
  }

  async sweep(now: Date): Promise<void> {
    await this.#change(`DELETE FROM "satchel"."session" WHERE "ended_at" IS NOT NULL OR "expires_at" <= $1`, [
      now,
    ]);
    await this.#change(`DELETE FROM "satchel"."api_token" WHERE "expires_at" <= $1`, [now]);
    await this.#change(`DELETE FROM "satchel"."sign_in_failure" WHERE "last_failed_at" < $1`, [
      new Date(now.getTime() - FAILURES_KEPT_MS),
    ]);
  }

  #rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#database.ask(dataSource => dataSource.query<Row[]>(sql, [...parameters]));
  }

  /** @returns how many rows were changed */
  async #change(sql: string, parameters: readonly unknown[]): Promise<number> {
    const [, count] = await this.#database.ask(dataSource =>
      dataSource.query<[unknown, number]>(sql, [...parameters]),
    );
    return count;
  }

  /** Why nothing was changed. */
  async #noSuchRole(name: string, done: 'edited' | 'removed'): Promise<BackupError> {
    const fixed = (await this.roles()).some(role => role.name === name && role.fixed);
    return fixed
      ? new BackupError('conflict', `The role ${name} cannot be ${done}.`, { role: name })
      : new BackupError('not_found', `There is no role ${JSON.stringify(name)}.`, { role: name });
  }
}

async function selectUser(
  manager: { query<T>(sql: string, parameters: unknown[]): Promise<T> },
  userId: string,
): Promise<UserRow> {
  const [row] = await manager.query<UserRow[]>(
    `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE u."user_id" = $1`,
    [userId],
  );
  if (!row) throw noSuchUser(userId);
  return row;
}

function roleOf({ name, title, permissions, fixed }: RoleRow): Role {
  return {
    name,
    title,
    permissions: fixed
      ? PERMISSIONS
      : PERMISSIONS.filter(each => permissions.filter(isPermission).includes(each)),
    fixed,
  };
}

function failuresOf({ count, last_failed_at: lastFailedAt }: FailureRow): SignInFailures {
  return { count, lastFailedAt };
}

function subjectKey(subject: string): string {
  return storableText(subject.slice(0, MAX_SUBJECT));
}

function checkUuid(parameter: string, id: string): void {
  if (isUuid(id)) return;
  throw new BackupError('validation_error', `${JSON.stringify(id)} is not an id: a UUID in lower case.`, {
    parameter,
  });
}
