import {
  newBackupId,
  type BackupCatalog,
  type BackupJob,
  type JobCommand,
  type JobStore,
  type NewJob,
  type RestoreJob,
} from '@satchel/domain';

/** A store and a catalog as one process has them, on the same tables. */
export interface JobStoreProcess {
  readonly store: JobStore;
  readonly catalog: BackupCatalog;
  /** Ends the process' signs of life, as if it had died; safe to call twice. */
  close(): Promise<void>;
}

export const BACKUP: BackupJob = {
  kind: 'backup',
  scopeName: 'full',
  name: 'daily',
  compression: 'gzip',
  jobs: 2,
};
export const CLEANUP: JobCommand = { kind: 'cleanup', days: 30 };

/** Restores a stored backup. */
export function restoreOf(backupId: string): RestoreJob {
  return {
    kind: 'restore',
    source: { from: 'backup', backupId },
    mode: 'merge',
    duplicateStrategy: 'update',
    allowMissing: false,
    fill: {},
    only: [],
    safetyBackup: true,
    agreedPlan: null,
  };
}

/** A job that is asked for; a backup where nothing else is said. */
export function newJob(command: JobCommand = BACKUP, given: Partial<NewJob> = {}): NewJob {
  return {
    jobId: newBackupId(),
    command,
    requestedBy: 'asha',
    createdAt: new Date('2026-03-01T08:00:00.123Z'),
    ...given,
  };
}
