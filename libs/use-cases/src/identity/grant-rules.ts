import type { Permission, Role } from '@satchel/domain';
import { ADMINISTRATOR_ROLE, BackupError, PERMISSIONS } from '@satchel/domain';
import type { Asker } from './asker.js';

/** What decides how much somebody may do; also of a user who is not active, whose `permissions` are empty. */
export interface Power {
  readonly roles: readonly string[];
  readonly grants: readonly Permission[];
}

/** What roles and grants add up to, in the order of `PERMISSIONS`. Roles that are unknown add nothing. */
export function permissionsOf(power: Power, roles: readonly Role[]): Permission[] {
  const given = new Set<Permission>(power.grants);
  for (const role of roles) {
    if (power.roles.includes(role.name)) for (const permission of role.permissions) given.add(permission);
  }
  return PERMISSIONS.filter(permission => given.has(permission));
}

/**
 * Nobody but an administrator passes on what they do not have. The same goes for touching somebody who has more: who
 * could reset the password of such a user, or wake up one that was put to sleep, could act as them.
 *
 * @param powers what the user had and would have
 * @throws BackupError `permission_error` that names what is too much
 */
export function requireMayGive(asker: Asker, powers: readonly Power[], roles: readonly Role[]): void {
  requireMayManage(asker);
  if (asker.administrator) return;
  if (powers.some(power => power.roles.includes(ADMINISTRATOR_ROLE))) {
    throw new BackupError('permission_error', 'Only an administrator can change an administrator.', {
      role: ADMINISTRATOR_ROLE,
    });
  }
  requireHas(
    asker,
    powers.flatMap(power => permissionsOf(power, roles)),
  );
}

/** @throws BackupError `permission_error` that names what the asker lacks */
export function requireHas(asker: Asker, permissions: readonly Permission[]): void {
  const lacking = [...new Set(permissions)].filter(permission => !asker.permissions.includes(permission));
  if (lacking.length === 0) return;
  throw new BackupError(
    'permission_error',
    `Nobody can give, or decide over, what they do not have themselves: ${lacking.join(', ')}. Ask an administrator.`,
    { permissions: lacking },
  );
}

/** The guard has asked already; a use case that decides over power does not rely on it. */
export function requireMayManage(asker: Asker): void {
  requireHas(asker, ['backup.change_user']);
}
