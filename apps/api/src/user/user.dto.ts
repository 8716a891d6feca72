import type { User } from '@satchel/domain';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { PAGE_QUERY } from '../http/page.dto.js';
import { PERMISSION, PERMISSION_LIST } from './permission.dto.js';

const ROLE_NAMES = z
  .array(z.string().min(1).max(50))
  .max(100)
  .transform(names => [...new Set(names)])
  .describe('Names of roles.');

const GRANTS = PERMISSION_LIST.describe('Permissions beside those of the roles.');

export const USER_REPLY = z
  .object({
    user_id: z.uuid(),
    username: z.string(),
    full_name: z.string(),
    active: z.boolean(),
    roles: z.array(z.string()),
    grants: z.array(PERMISSION),
    permissions: z
      .array(PERMISSION)
      .describe('What roles and grants add up to; none for a user who is not active.'),
    must_change_password: z
      .boolean()
      .describe(
        'Until the password is changed, nothing but `auth/me`, `auth/password` and `auth/logout` is open.',
      ),
    created_at: TIMESTAMP,
    last_sign_in_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'User' });

export const USER_QUERY = z.object({
  search: z.string().max(200).optional().describe('A part of the user name or of the full name.'),
  ...PAGE_QUERY,
});
export type UserQuery = z.infer<typeof USER_QUERY>;

export const NEW_USER_BODY = z
  .strictObject({
    username: z.string().min(1).max(200),
    full_name: z.string().max(400).default(''),
    roles: ROLE_NAMES.default([]),
    grants: GRANTS.default([]),
    password: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .meta({ format: 'password' })
      .describe('Has to be changed at the first sign-in. Left out: a random one, told in the reply.'),
  })
  .meta({
    id: 'NewUserBody',
    examples: [{ username: 'm.larsen', full_name: 'Mette Larsen', roles: ['operator'] }],
  });
export type NewUserBody = z.infer<typeof NEW_USER_BODY>;

export const USER_CHANGE_BODY = z
  .strictObject({
    full_name: z.string().max(400),
    active: z.boolean(),
    roles: ROLE_NAMES,
    grants: GRANTS,
  })
  .partial()
  .refine(change => Object.keys(change).length > 0, 'names nothing to change')
  .describe('Only what is given is changed.')
  .meta({ id: 'UserChangeBody', examples: [{ roles: ['restorer'] }, { active: false }] });
export type UserChangeBody = z.infer<typeof USER_CHANGE_BODY>;

export const NEW_USER_REPLY = z
  .object({
    user: USER_REPLY,
    password: z.string().nullable().describe('Told once, here; null if it was given.'),
  })
  .meta({ id: 'NewUser' });

export const NEW_PASSWORD_REPLY = z
  .object({ password: z.string().describe('Told once, here; has to be changed at the next sign-in.') })
  .meta({ id: 'NewPassword' });

export function toUserReply(user: User): z.input<typeof USER_REPLY> {
  return {
    user_id: user.userId,
    username: user.username,
    full_name: user.fullName,
    active: user.active,
    roles: [...user.roles],
    grants: [...user.grants],
    permissions: [...user.permissions],
    must_change_password: user.mustChangePassword,
    created_at: user.createdAt.toISOString(),
    last_sign_in_at: user.lastSignInAt?.toISOString() ?? null,
  };
}
