import type { z } from 'zod';
import type { PERMISSION_REPLY } from './permission.dto.js';
import type { ROLE_REPLY } from './role.dto.js';
import type { USER_REPLY } from './user.dto.js';

/*
 * The people of the examples in the API's description; all invented.
 */

export const METTE = {
  user_id: '8c1f6f0e-3f0a-4c55-9d0b-6b0f2f1c9a31',
  username: 'm.larsen',
  full_name: 'Mette Larsen',
  active: true,
  roles: ['operator'],
  grants: [],
  permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
  must_change_password: false,
  created_at: '2026-01-12T08:00:00.000Z',
  last_sign_in_at: '2026-03-01T09:10:00.000Z',
} satisfies z.input<typeof USER_REPLY>;

export const METTE_AS_RESTORER = {
  ...METTE,
  roles: ['restorer'],
  permissions: ['backup.view_backupjob', 'backup.add_backupjob', 'backup.add_restorejob'],
} satisfies z.input<typeof USER_REPLY>;

export const NEW_METTE = {
  ...METTE,
  must_change_password: true,
  last_sign_in_at: null,
} satisfies z.input<typeof USER_REPLY>;

export const OPERATOR = {
  name: 'operator',
  title: 'Makes backups',
  permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
  fixed: false,
} satisfies z.input<typeof ROLE_REPLY>;

export const NIGHT_SHIFT = {
  name: 'night_shift',
  title: 'Night shift',
  permissions: ['backup.view_backupjob'],
  fixed: false,
} satisfies z.input<typeof ROLE_REPLY>;

export const MAKE_BACKUPS = {
  name: 'backup.add_backupjob',
  title: 'Make and verify backups',
} satisfies z.input<typeof PERMISSION_REPLY>;
