import { ADMINISTRATOR_ROLE, BackupError, type UserChange } from '@satchel/domain';
import type { EntityManager } from 'typeorm';
import { storableText } from '../storable-text.js';

/**
 * Changes a user; runs in a transaction. What could leave no active administrator is done one at a time: the row of that
 * role is the lock.
 *
 * @throws BackupError `not_found`, `validation_error` for an unknown role, `conflict` if no active administrator would be left
 */
export async function applyUserChange(
  manager: EntityManager,
  userId: string,
  change: UserChange,
): Promise<void> {
  const decidesPower = change.roles !== undefined || change.active !== undefined;
  const administratorsBefore = decidesPower ? await lockAdministrators(manager) : 0;
  const [, changed] = await manager.query<[unknown, number]>(
    `UPDATE "satchel"."user"
     SET "full_name" = coalesce($2, "full_name"), "active" = coalesce($3, "active"),
       "grants" = coalesce($4, "grants"), "password_hash" = coalesce($5, "password_hash"),
       "must_change_password" = coalesce($6, "must_change_password")
     WHERE "user_id" = $1`,
    [
      userId,
      change.fullName === undefined ? null : storableText(change.fullName),
      change.active ?? null,
      change.grants ?? null,
      change.passwordHash?.reveal() ?? null,
      change.mustChangePassword ?? null,
    ],
  );
  if (changed === 0) throw noSuchUser(userId);
  if (change.roles) {
    await manager.query(
      `DELETE FROM "satchel"."user_role" WHERE "user_id" = $1 AND "role_name" <> ALL ($2::text[])`,
      [userId, change.roles],
    );
    await addRoles(manager, userId, change.roles);
  }
  if (administratorsBefore > 0 && (await countAdministrators(manager)) === 0) {
    throw new BackupError(
      'conflict',
      'This is the last active administrator. Make somebody else one first.',
      { userId },
    );
  }
}

/** @throws BackupError `validation_error` that names the roles there are none of */
export async function addRoles(
  manager: EntityManager,
  userId: string,
  roles: readonly string[],
): Promise<void> {
  const names = [...new Set(roles.map(storableText))];
  // The lock keeps a role from being removed before it has been given.
  const known = await manager.query<{ name: string }[]>(
    `SELECT "name" FROM "satchel"."role" WHERE "name" = ANY ($1) FOR KEY SHARE`,
    [names],
  );
  const unknown = names.filter(name => !known.some(role => role.name === name));
  if (unknown.length > 0) {
    throw new BackupError('validation_error', `There is no role ${unknown.join(', ')}.`, {
      parameter: 'roles',
      value: unknown,
    });
  }
  await manager.query(
    `INSERT INTO "satchel"."user_role" ("user_id", "role_name") SELECT $1::uuid, unnest($2::text[])
     ON CONFLICT DO NOTHING`,
    [userId, names],
  );
}

export function noSuchUser(userId: string): BackupError {
  return new BackupError('not_found', 'There is no such user.', { userId });
}

/** Lets nobody else change who is an administrator until the transaction ends. @returns how many active ones there are */
async function lockAdministrators(manager: EntityManager): Promise<number> {
  await manager.query(`SELECT FROM "satchel"."role" WHERE "name" = $1 FOR NO KEY UPDATE`, [
    ADMINISTRATOR_ROLE,
  ]);
  // A statement of its own, so that it sees what others had done before the lock was ours.
  return countAdministrators(manager);
}

async function countAdministrators(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ administrators: number }[]>(
    `SELECT count(*)::int AS administrators
     FROM "satchel"."user_role" AS ur JOIN "satchel"."user" AS u ON u."user_id" = ur."user_id"
     WHERE ur."role_name" = $1 AND u."active"`,
    [ADMINISTRATOR_ROLE],
  );
  return row?.administrators ?? 0;
}
