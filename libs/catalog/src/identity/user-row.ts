import { isPermission, PERMISSIONS, Secret, type User, type UserCredentials } from '@satchel/domain';

/** A user as `USER_COLUMNS` select one. */
export interface UserRow {
  readonly user_id: string;
  readonly username: string;
  readonly full_name: string;
  readonly password_hash: string;
  readonly must_change_password: boolean;
  readonly active: boolean;
  readonly grants: readonly string[];
  readonly created_at: Date;
  readonly last_sign_in_at: Date | null;
  readonly roles: readonly string[];
  readonly role_permissions: readonly string[];
  readonly has_fixed_role: boolean;
}

/** What is selected of `"satchel"."user" AS u`, roles included, in one statement and so as of one moment. */
export const USER_COLUMNS = `
  u."user_id", u."username", u."full_name", u."password_hash", u."must_change_password", u."active", u."grants",
  u."created_at", u."last_sign_in_at",
  ARRAY(SELECT ur."role_name" FROM "satchel"."user_role" AS ur
    WHERE ur."user_id" = u."user_id" ORDER BY ur."role_name" COLLATE "C") AS roles,
  ARRAY(SELECT DISTINCT unnest(r."permissions") FROM "satchel"."user_role" AS ur
    JOIN "satchel"."role" AS r ON r."name" = ur."role_name"
    WHERE ur."user_id" = u."user_id") AS role_permissions,
  EXISTS(SELECT FROM "satchel"."user_role" AS ur JOIN "satchel"."role" AS r ON r."name" = ur."role_name"
    WHERE ur."user_id" = u."user_id" AND r."fixed") AS has_fixed_role`;

/** Permissions that this version does not know are left out; the fixed role has all that it knows. */
export function userOf(row: UserRow): User {
  const given = new Set([...row.grants, ...row.role_permissions]);
  return {
    userId: row.user_id,
    username: row.username,
    fullName: row.full_name,
    active: row.active,
    roles: row.roles,
    grants: row.grants.filter(isPermission),
    permissions: row.active ? PERMISSIONS.filter(each => row.has_fixed_role || given.has(each)) : [],
    mustChangePassword: row.must_change_password,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at,
  };
}

export function credentialsOf(row: UserRow): UserCredentials {
  return { user: userOf(row), passwordHash: new Secret(row.password_hash) };
}
