import { BackupError, isPermission, PERMISSIONS, type Permission, type Role } from '@satchel/domain';
import { isDuplicate, isReferenceViolation } from '../catalog-error.js';
import { storableText } from '../storable-text.js';
import type { IdentityStatements } from './identity-statements.js';

interface RoleRow {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly string[];
  readonly fixed: boolean;
}

/** The roles that can be given to users. */
export class RoleTable {
  readonly #statements: IdentityStatements;

  constructor(statements: IdentityStatements) {
    this.#statements = statements;
  }

  async all(): Promise<readonly Role[]> {
    const rows = await this.#statements.rows<RoleRow>(
      'SELECT "name", "title", "permissions", "fixed" FROM "satchel"."role" ORDER BY "name" COLLATE "C"',
    );
    return rows.map(roleOf);
  }

  async add(role: Role): Promise<void> {
    try {
      await this.#statements.rows(
        `INSERT INTO "satchel"."role" ("name", "title", "permissions", "fixed") VALUES ($1, $2, $3, $4)`,
        [storableText(role.name), storableText(role.title), role.permissions, role.fixed],
      );
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new BackupError('conflict', `There is a role ${role.name} already.`, { role: role.name });
    }
  }

  async change(name: string, change: { title?: string; permissions?: readonly Permission[] }): Promise<Role> {
    const [row] = await this.#statements.changedRows<RoleRow>(
      `UPDATE "satchel"."role" SET "title" = coalesce($2, "title"), "permissions" = coalesce($3, "permissions")
       WHERE "name" = $1 AND NOT "fixed" RETURNING "name", "title", "permissions", "fixed"`,
      [
        storableText(name),
        change.title === undefined ? null : storableText(change.title),
        change.permissions ?? null,
      ],
    );
    if (!row) throw await this.#noSuchRole(name, 'edited');
    return roleOf(row);
  }

  async remove(name: string): Promise<void> {
    try {
      const removed = await this.#statements.change(
        `DELETE FROM "satchel"."role" WHERE "name" = $1 AND NOT "fixed"`,
        [storableText(name)],
      );
      if (removed === 0) throw await this.#noSuchRole(name, 'removed');
    } catch (thrown) {
      if (!isReferenceViolation(thrown)) throw thrown;
      throw new BackupError('conflict', `Users have the role ${name}. Take it from them first.`, {
        role: name,
      });
    }
  }

  /** Why nothing was changed. */
  async #noSuchRole(name: string, done: 'edited' | 'removed'): Promise<BackupError> {
    const fixed = (await this.all()).some(role => role.name === name && role.fixed);
    return fixed
      ? new BackupError('conflict', `The role ${name} cannot be ${done}.`, { role: name })
      : new BackupError('not_found', `There is no role ${JSON.stringify(name)}.`, { role: name });
  }
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
