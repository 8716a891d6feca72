import type { Permission } from '@satchel/api-client';
import type { TextKey } from '../../texts/en.js';
import type { Translate } from '../../texts/use-text.js';

const TITLES = {
  'backup.view_backupjob': 'permission.view',
  'backup.add_backupjob': 'permission.create',
  'backup.add_restorejob': 'permission.restore',
  'backup.delete_backupjob': 'permission.delete',
  'backup.view_auditevent': 'permission.audit',
  'backup.change_user': 'permission.users',
  'backup.change_settings': 'permission.settings',
} as const satisfies Record<Permission, TextKey>;

/** What a permission means, for people. */
export function permissionTitle(t: Translate, permission: Permission): string {
  return t(TITLES[permission]);
}
