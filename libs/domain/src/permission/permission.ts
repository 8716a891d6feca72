/**
 * What somebody may be allowed to do. The first four names come from the system that this one replaces; the others are
 * in the same style. The closed list serves guard, roles, tokens, command line and web app.
 */
export const PERMISSIONS = [
  'backup.view_backupjob',
  'backup.add_backupjob',
  'backup.add_restorejob',
  'backup.delete_backupjob',
  'backup.view_auditevent',
  'backup.change_user',
  'backup.change_settings',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What each permission means, for people who grant it. */
export const PERMISSION_TITLES: Readonly<Record<Permission, string>> = {
  'backup.view_backupjob': 'See backups, jobs and the state of the system; download backups',
  'backup.add_backupjob': 'Make and verify backups',
  'backup.add_restorejob': 'Look into backup files and restore them',
  'backup.delete_backupjob': 'Delete backups',
  'backup.view_auditevent': 'See who did what',
  'backup.change_user': 'Manage users and roles',
  'backup.change_settings': 'Change settings',
};

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
