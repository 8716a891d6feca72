import type { Permission } from './permission.js';
import { PERMISSIONS } from './permission.js';

/** A named list of permissions that users can be given. */
export interface Role {
  /** Lower-case letters, digits and `_`; never changes. */
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  /** The administrator's role always has every permission, and cannot be edited or removed. */
  readonly fixed: boolean;
}

export const ADMINISTRATOR_ROLE = 'administrator';

/** The roles that a new installation starts with. All but the administrator's can be edited and removed. */
export const FIRST_ROLES: readonly Role[] = [
  { name: ADMINISTRATOR_ROLE, title: 'Administrator', permissions: PERMISSIONS, fixed: true },
  {
    name: 'restorer',
    title: 'Restores data',
    permissions: ['backup.view_backupjob', 'backup.add_backupjob', 'backup.add_restorejob'],
    fixed: false,
  },
  {
    name: 'operator',
    title: 'Makes backups',
    permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
    fixed: false,
  },
  {
    name: 'auditor',
    title: 'Looks, changes nothing',
    permissions: ['backup.view_backupjob', 'backup.view_auditevent'],
    fixed: false,
  },
];
