import type { Role } from '@satchel/domain';
import { z } from 'zod';
import { PERMISSION, PERMISSION_LIST } from './permission.dto.js';

export const ROLE_REPLY = z
  .object({
    name: z.string(),
    title: z.string(),
    permissions: z.array(PERMISSION),
    fixed: z.boolean().describe('Cannot be changed or removed: the administrator.'),
  })
  .meta({ id: 'Role' });

export const NEW_ROLE_BODY = z
  .strictObject({
    name: z.string().min(1).max(100).describe('Lower-case letters, digits and `_`; never changes.'),
    title: z.string().min(1).max(200),
    permissions: PERMISSION_LIST,
  })
  .meta({
    id: 'NewRoleBody',
    examples: [{ name: 'night_shift', title: 'Night shift', permissions: ['backup.view_backupjob'] }],
  });
export type NewRoleBody = z.infer<typeof NEW_ROLE_BODY>;

export const ROLE_CHANGE_BODY = z
  .strictObject({ title: z.string().min(1).max(200), permissions: PERMISSION_LIST })
  .partial()
  .refine(change => Object.keys(change).length > 0, 'names nothing to change')
  .describe('Only what is given is changed.')
  .meta({ id: 'RoleChangeBody', examples: [{ permissions: ['backup.view_backupjob'] }] });
export type RoleChangeBody = z.infer<typeof ROLE_CHANGE_BODY>;

export const ROLE_NAME = z.string().min(1).max(100);

export function toRoleReply({ name, title, permissions, fixed }: Role): z.input<typeof ROLE_REPLY> {
  return { name, title, permissions: [...permissions], fixed };
}
