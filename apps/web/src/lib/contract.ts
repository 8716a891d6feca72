/**
 * What the API answers with, as the contract names it.
 *
 * @see the OpenAPI document of the API, `apps/api/openapi.json`
 */

export const ERROR_KINDS = [
  'validation_error',
  'auth_error',
  'permission_error',
  'csrf_error',
  'not_found',
  'conflict',
  'cancelled',
  'too_large',
  'invalid_backup',
  'unsupported',
  'wrong_key',
  'restore_failed',
  'rate_limited',
  'unavailable',
  'system_error',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

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

export const JOB_STATES = ['pending', 'running', 'success', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_KINDS = ['backup', 'restore', 'undo', 'verify', 'cleanup'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const COMPRESSIONS = ['zstd', 'gzip', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export type Phase =
  'reading' | 'staging' | 'planning' | 'saving' | 'applying' | 'checking' | 'verifying' | 'writing';

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
  readonly pages: number;
}

export interface JobProgress {
  readonly phase: Phase;
  readonly table: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly total_rows: number | null;
  readonly total_bytes: number | null;
  readonly percent: number | null;
  readonly rows_per_second: number | null;
  readonly bytes_per_second: number | null;
  readonly seconds_left: number | null;
  readonly at: string;
}

export interface JobError {
  readonly error_type: ErrorKind;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface JobSummary {
  readonly job_id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly backup_type: string | null;
  readonly backup_name: string | null;
  readonly restore_mode: string | null;
  readonly backup_id: string | null;
  readonly file: string | null;
  readonly requested_by: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly duration_seconds: number | null;
  readonly size_bytes: number | null;
  readonly rows: number | null;
  readonly digest: string | null;
  readonly verified_at: string | null;
  readonly deleted_at: string | null;
  readonly safety_backup_id: string | null;
  readonly attempt: number;
  readonly cancel_requested_by: string | null;
  readonly progress: JobProgress | null;
  readonly error: JobError | null;
}

export interface Job extends JobSummary {
  readonly report: unknown;
  readonly shell_command: string;
}

export interface BackupType {
  readonly backup_type: string;
  readonly title: string;
  readonly estimated_rows: number;
  readonly size_bytes: number;
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly estimated_rows: number;
    readonly size_bytes: number;
  }[];
}

export interface RowCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly deleted: number;
}

export type RestoreMode = 'merge' | 'replace';
export type DuplicateStrategy = 'update' | 'skip';
export type Origin = 'ours' | 'relaid' | 'altered' | 'foreign';
export type RelationRole = 'content' | 'context' | 'before' | 'created';

export interface TablePlan extends RowCounts {
  readonly schema: string;
  readonly name: string;
  readonly role?: RelationRole;
}

export interface RowChange {
  readonly action: 'create' | 'update' | 'delete' | 'skip';
  readonly key: Readonly<Record<string, string | null>> | null;
  readonly before: Readonly<Record<string, string | null>> | null;
  readonly after: Readonly<Record<string, string | null>> | null;
}

export interface SchemaDifference {
  readonly kind: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string | null;
  readonly blocking: boolean;
  readonly message: string;
}

export interface TableRows {
  readonly schema: string;
  readonly name: string;
  readonly role: RelationRole;
  readonly rows: number;
}

export interface Analysis {
  readonly upload_id: string | null;
  readonly expires_at: string | null;
  readonly file: string;
  readonly size_bytes: number;
  readonly compression: Compression;
  readonly format: 'satchel' | 'legacy';
  readonly origin: Origin;
  readonly backup: {
    readonly backup_id: string;
    readonly backup_type: string;
    readonly backup_name: string | null;
    readonly created_at: string;
    readonly created_by: string | null;
    readonly product: string;
    readonly server: string;
    readonly database: string;
  } | null;
  readonly rows: number;
  readonly contents: readonly TableRows[];
  readonly needs: { readonly allow_missing: boolean; readonly restricted: readonly string[] };
  readonly plan: {
    readonly mode: RestoreMode;
    readonly duplicate_strategy: DuplicateStrategy;
    readonly totals: RowCounts;
    readonly tables: readonly TablePlan[];
    readonly differences: readonly SchemaDifference[];
  };
  readonly plan_digest: string;
  readonly changes: readonly {
    readonly schema: string;
    readonly table: string;
    readonly rows: readonly RowChange[];
  }[];
  readonly warnings: readonly string[];
}

/** A part of the system that could not be asked. */
export interface Unreachable {
  readonly reachable: false;
  readonly error_type: ErrorKind;
  readonly message: string;
}

export interface ServiceHealth {
  readonly name: 'database' | 'catalog' | 'storage' | 'queue' | 'workers';
  readonly healthy: boolean;
  readonly message: string | null;
}

export interface DatabaseStatus {
  readonly reachable: true;
  readonly server: string;
  readonly database: string;
  readonly role: string;
  readonly superuser: boolean;
  readonly size_bytes: number | null;
}

export interface StorageStatus {
  readonly reachable: true;
  readonly writable: boolean;
  readonly used_bytes: number | null;
  readonly files: number | null;
  readonly free_bytes: number | null;
  readonly bytes_per_day: number | null;
  readonly days_until_full: number | null;
}

export interface QueueStatus {
  readonly reachable: true;
  readonly driver: 'inline' | 'bull';
  readonly pending: number | null;
  readonly running: number | null;
}

export interface Worker {
  readonly worker_id: string;
  readonly host: string;
  readonly version: string;
  readonly concurrency: number;
  readonly started_at: string;
  readonly seen_at: string;
}

export interface NewestBackup {
  readonly backup_type: string;
  readonly title: string;
  readonly backup_id: string | null;
  readonly file: string | null;
  readonly finished_at: string | null;
  readonly verified_at: string | null;
  readonly age_seconds: number | null;
  readonly size_bytes: number | null;
  readonly covered: boolean;
}

export interface DayOfBackups {
  readonly date: string;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly stored_bytes: number;
}

export interface SystemStatus {
  readonly healthy: boolean;
  readonly services: readonly ServiceHealth[];
  readonly database: DatabaseStatus | Unreachable;
  readonly storage: StorageStatus | Unreachable;
  readonly queue: QueueStatus | Unreachable;
  readonly workers: readonly Worker[];
  readonly active_jobs: readonly JobSummary[];
  readonly recent_jobs: readonly JobSummary[];
  readonly newest_backups: readonly NewestBackup[];
  readonly days: readonly DayOfBackups[];
  readonly retention_days: number;
}

export interface User {
  readonly user_id: string;
  readonly username: string;
  readonly full_name: string;
  readonly active: boolean;
  readonly roles: readonly string[];
  readonly grants: readonly Permission[];
  readonly permissions: readonly Permission[];
  readonly must_change_password: boolean;
  readonly created_at: string;
  readonly last_sign_in_at: string | null;
}

export interface Role {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  readonly fixed: boolean;
}

export interface Session {
  readonly session_id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly current: boolean;
}

export interface ApiToken {
  readonly token_id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly created_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
}

export const AUDIT_OUTCOMES = ['requested', 'success', 'failed', 'cancelled', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

export const AUDIT_ACTIONS = [
  'backup.create',
  'backup.delete',
  'backup.download',
  'backup.verify',
  'backup.cleanup',
  'restore.analyze',
  'restore.run',
  'restore.undo',
  'job.cancel',
  'history.export',
  'audit.export',
  'catalog.rebuild',
  'session.sign_in',
  'session.sign_out',
  'session.refresh',
  'session.revoke',
  'token.create',
  'token.revoke',
  'user.create',
  'user.update',
  'user.reset_password',
  'user.change_password',
  'role.create',
  'role.update',
  'role.delete',
  'request.refused',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEvent {
  readonly number: number;
  readonly at: string;
  readonly actor: {
    readonly user_id: string | null;
    readonly name: string;
    readonly channel: 'cli' | 'api' | 'system';
    readonly address: string | null;
    readonly token_id: string | null;
  };
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

export interface AuditVerdict {
  readonly entries: number;
  readonly intact: boolean;
  readonly problems: readonly {
    readonly number: number;
    readonly problem: string;
    readonly message: string;
  }[];
}
