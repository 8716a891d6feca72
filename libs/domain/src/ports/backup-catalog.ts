import type { BackupId } from '../backup/backup-id.js';
import type { Manifest } from '../backup/manifest.js';
import type { BackupRecord, JobError, JobState, RestoreRecord } from '../job/job.js';
import type { RestorePlan } from '../restore/restore-plan.js';

export interface NewBackup {
  readonly backupId: BackupId;
  readonly scopeName: string;
  readonly name: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
}

export interface NewRestore {
  readonly restoreId: string;
  readonly backupId: BackupId | null;
  readonly file: string;
  readonly mode: string;
  /** The restore that this one takes back; null if it is none of that sort. */
  readonly undoes: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
}

export interface BackupFilter {
  readonly scopeName?: string;
  readonly state?: JobState;
  /** Deleted backups are left out unless asked for. */
  readonly includeDeleted?: boolean;
  /** Newest first; default 50, at most 1000. */
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * An index of backups and restores. Manifests are the truth: the catalog can be lost and rebuilt, so no use case may
 * need it to restore.
 *
 * - A record that says `running` belongs to a living process, or to one that died within the last second or so: what is read
 *   later is first marked `failed` with the reason, or `pending` if it came from a queue and may be done again.
 * - `adopt` records what a manifest says; doing so twice changes nothing but what differs.
 * - Records are never removed; `markDeleted` keeps the fact that a backup was there.
 * - A record is the same one that a `JobStore` on the same catalog keeps: `begin` and `beginRestore` of a job that this
 *   process has claimed go on with its record, and history shows what was begun without a queue just as well.
 * - Out of reach: `unavailable`.
 */
export abstract class BackupCatalog {
  abstract begin(backup: NewBackup): Promise<void>;
  abstract finish(backupId: BackupId, location: string, manifest: Manifest): Promise<void>;
  abstract fail(backupId: BackupId, state: 'failed' | 'cancelled', error: JobError): Promise<void>;
  abstract adopt(location: string, manifest: Manifest): Promise<'added' | 'updated' | 'unchanged'>;
  abstract markVerified(backupId: BackupId, verifiedAt: Date): Promise<void>;
  abstract markDeleted(backupId: BackupId, deletedAt: Date): Promise<void>;
  abstract get(backupId: BackupId): Promise<BackupRecord | null>;
  /** Newest first. */
  abstract find(
    filter: BackupFilter,
  ): Promise<{ readonly total: number; readonly items: readonly BackupRecord[] }>;
  abstract beginRestore(restore: NewRestore): Promise<void>;
  abstract finishRestore(
    restoreId: string,
    report: RestorePlan,
    safetyBackupId: BackupId | null,
  ): Promise<void>;
  abstract failRestore(restoreId: string, state: 'failed' | 'cancelled', error: JobError): Promise<void>;
  abstract getRestore(restoreId: string): Promise<RestoreRecord | null>;
  abstract findRestores(filter: {
    limit?: number;
    offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly RestoreRecord[] }>;
  abstract close(): Promise<void>;
}
