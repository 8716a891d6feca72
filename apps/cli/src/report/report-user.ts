import type { Secret, User } from '@satchel/domain';
import type { Outcome } from '../output.js';
import { counted, moment } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';

/** @param password made just now, and told here once; null if there is none to tell */
export function reportUser(message: string, user: User, password: Secret<string> | null): Outcome {
  return {
    message,
    text: fields([
      ['password', password && `${password.reveal()}   (shown once; to be changed at the first sign-in)`],
      ['user name', user.username],
      ['name', user.fullName === '' ? null : user.fullName],
      ['roles', user.roles.join(', ') || 'none'],
      ['granted', user.grants.join(', ') || null],
      ['may', user.active ? user.permissions.join(', ') || 'nothing' : 'not sign in'],
    ]),
    data: { ...userData(user), ...(password && { password: password.reveal() }) },
    warnings: [],
  };
}

export function reportUsers({ total, items }: { total: number; items: readonly User[] }): Outcome {
  return {
    message: total === 0 ? 'There is no such user.' : `${counted(total, 'user')}:`,
    text:
      items.length === 0
        ? ''
        : table(
            [
              { title: 'user name' },
              { title: 'name' },
              { title: 'roles' },
              { title: 'granted' },
              { title: 'last sign-in' },
              { title: '' },
            ],
            items.map(user => [
              user.username,
              user.fullName,
              user.roles.join(', '),
              user.grants.join(', '),
              user.lastSignInAt ? moment(user.lastSignInAt).slice(0, 19) : 'never',
              user.active ? '' : 'disabled',
            ]),
          ),
    data: { total, users: items.map(userData) },
    warnings: [],
  };
}

function userData(user: User) {
  return {
    user_id: user.userId,
    username: user.username,
    full_name: user.fullName,
    active: user.active,
    roles: user.roles,
    grants: user.grants,
    permissions: user.permissions,
    must_change_password: user.mustChangePassword,
    created_at: user.createdAt,
    last_sign_in_at: user.lastSignInAt,
  };
}
