import {
  BackupError,
  isBackupId as isUuid,
  userNameKey,
  type NewUser,
  type User,
  type UserChange,
  type UserCredentials,
} from '@satchel/domain';
import { isDuplicate } from '../catalog-error.js';
import { pageOf } from '../page-of.js';
import { storableText } from '../storable-text.js';
import { addRoles, applyUserChange, noSuchUser } from './change-user.js';
import { checkUuid } from './check-uuid.js';
import type { IdentityStatements } from './identity-statements.js';
import { credentialsOf, USER_COLUMNS, userOf, type UserRow } from './user-row.js';

/** The users, with the roles that they have. */
export class UserTable {
  readonly #statements: IdentityStatements;

  constructor(statements: IdentityStatements) {
    this.#statements = statements;
  }

  async count(): Promise<number> {
    const [row] = await this.#statements.rows<{ users: number }>(
      'SELECT count(*)::int AS users FROM "satchel"."user"',
    );
    return row?.users ?? 0;
  }

  async add(user: NewUser): Promise<User> {
    checkUuid('userId', user.userId);
    const username = storableText(user.username);
    try {
      return await this.#statements.ask(dataSource =>
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

  async change(userId: string, change: UserChange): Promise<User> {
    if (!isUuid(userId)) throw noSuchUser(userId);
    return this.#statements.ask(dataSource =>
      dataSource.transaction(async manager => {
        await applyUserChange(manager, userId, change);
        return userOf(await selectUser(manager, userId));
      }),
    );
  }

  async get(userId: string): Promise<User | null> {
    if (!isUuid(userId)) return null;
    const [row] = await this.#statements.rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE u."user_id" = $1`,
      [userId],
    );
    return row ? userOf(row) : null;
  }

  async credentials(username: string): Promise<UserCredentials | null> {
    const [row] = await this.#statements.rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM "satchel"."user" AS u WHERE u."username_key" = $1`,
      [userNameKey(storableText(username))],
    );
    return row ? credentialsOf(row) : null;
  }

  async find(filter: {
    readonly search?: string;
    readonly limit?: number;
    readonly offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly User[] }> {
    const { take, skip } = pageOf({ ...filter });
    const search = storableText(filter.search?.trim() ?? '');
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const where = `u."username" ILIKE $1 OR u."username_key" LIKE $2 OR u."full_name" ILIKE $1`;
    const parameters = [pattern, userNameKey(pattern)];
    return this.#statements.ask(dataSource =>
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
    await this.#statements.change(
      `UPDATE "satchel"."user" SET "last_sign_in_at" = greatest("last_sign_in_at", $2) WHERE "user_id" = $1`,
      [userId, at],
    );
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
