import type { Role } from '@satchel/domain';
import type { Outcome } from '../output.js';
import { counted } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';

export function reportRole(message: string, role: Role): Outcome {
  return {
    message,
    text: fields([
      ['title', role.title],
      ['permissions', role.permissions.join(', ') || 'none'],
    ]),
    data: roleData(role),
    warnings: [],
  };
}

export function reportRoles(roles: readonly Role[]): Outcome {
  return {
    message: `${counted(roles.length, 'role')}:`,
    text: table(
      [{ title: 'role' }, { title: 'title' }, { title: 'permissions' }],
      roles.map(role => [role.name, role.title, role.fixed ? 'all' : role.permissions.join(', ')]),
    ),
    data: { roles: roles.map(roleData) },
    warnings: [],
  };
}

function roleData({ name, title, permissions, fixed }: Role) {
  return { role: name, title, permissions, fixed };
}
