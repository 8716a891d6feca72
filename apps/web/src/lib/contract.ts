import type {
  Analysis,
  AuditEvent,
  CreateBackup,
  ErrorEnvelope,
  JobSummary,
  Permission,
  SystemStatus,
} from '@satchel/api-client';

export type ErrorKind = ErrorEnvelope['error_type'];
export type JobState = JobSummary['state'];
export type JobKind = JobSummary['kind'];
export type Phase = NonNullable<JobSummary['progress']>['phase'];
export type Compression = NonNullable<CreateBackup['compression']>;
export type ServiceName = SystemStatus['services'][number]['name'];
export type Origin = Analysis['origin'];
export type RestoreMode = Analysis['plan']['mode'];
export type DuplicateStrategy = Analysis['plan']['duplicate_strategy'];
export type RowChange = Analysis['changes'][number]['rows'][number];
export type AuditAction = AuditEvent['action'];
export type AuditOutcome = AuditEvent['outcome'];

// Lists of what these types allow, for filters and forms: a missing or unknown member does not compile.

export const PERMISSIONS = keysOf<Permission>({
  'backup.view_backupjob': true,
  'backup.add_backupjob': true,
  'backup.add_restorejob': true,
  'backup.delete_backupjob': true,
  'backup.view_auditevent': true,
  'backup.change_user': true,
  'backup.change_settings': true,
});

export const JOB_STATES = keysOf<JobState>({
  pending: true,
  running: true,
  success: true,
  failed: true,
  cancelled: true,
});

export const JOB_KINDS = keysOf<JobKind>({
  backup: true,
  restore: true,
  undo: true,
  verify: true,
  cleanup: true,
  drill: true,
});

export const COMPRESSIONS = keysOf<Compression>({ zstd: true, gzip: true, none: true });

export const AUDIT_OUTCOMES = keysOf<AuditOutcome>({
  requested: true,
  success: true,
  failed: true,
  cancelled: true,
  refused: true,
});

export const AUDIT_ACTIONS = keysOf<AuditAction>({
  'backup.create': true,
  'backup.delete': true,
  'backup.download': true,
  'backup.verify': true,
  'backup.cleanup': true,
  'backup.pin': true,
  'backup.unpin': true,
  'alarm.test': true,
  'alarm.acknowledge': true,
  'drill.run': true,
  'schedule.create': true,
  'schedule.update': true,
  'schedule.delete': true,
  'schedule.pause': true,
  'schedule.resume': true,
  'schedule.run': true,
  'restore.analyze': true,
  'restore.run': true,
  'restore.undo': true,
  'job.cancel': true,
  'history.export': true,
  'audit.export': true,
  'catalog.rebuild': true,
  'copy.verify': true,
  'copy.replace': true,
  'storage.check': true,
  'session.sign_in': true,
  'session.sign_out': true,
  'session.refresh': true,
  'session.revoke': true,
  'token.create': true,
  'token.revoke': true,
  'user.create': true,
  'user.update': true,
  'user.reset_password': true,
  'user.change_password': true,
  'role.create': true,
  'role.update': true,
  'role.delete': true,
  'request.refused': true,
});

function keysOf<Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(names) as Name[];
}
