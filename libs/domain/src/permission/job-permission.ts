import type { JobKind } from '../job/job-command.js';
import type { Permission } from './permission.js';

/** What somebody must be allowed to do to ask for a job, and to stop it. */
export const JOB_PERMISSIONS: Readonly<Record<JobKind, Permission>> = {
  backup: 'backup.add_backupjob',
  verify: 'backup.add_backupjob',
  restore: 'backup.add_restorejob',
  undo: 'backup.add_restorejob',
  cleanup: 'backup.delete_backupjob',
  drill: 'backup.add_backupjob',
};
