import { totalByRelation, type BackupHeader, type Encryption, type RelationTotal } from '@satchel/domain';
import type { CreateBackupResult } from '../create-backup.js';
import type { PruneBackupsResult, PrunedBackup } from '../prune-backups.js';
import type { RestoreResult } from '../restore-backup.js';
import type { VerifyBackupResult } from '../verify-backup.js';
import { planData } from './plan-data.js';

/*
 * What a job has to say of what it did, with the contract's names: plain JSON, without a row's values and without a folder
 * of the server.
 */

/** A backup: its tables and rows. */
export function backupReport({ backupId, file, manifest, warnings }: CreateBackupResult) {
  const { header, footer, stored } = manifest;
  return {
    backup_id: backupId,
    ...typeAndName(header.backup),
    file,
    size_bytes: stored.sizeBytes,
    digest: stored.digest,
    compression: stored.compression,
    encryption: encryptionData(stored.encryption),
    rows: footer.totals.rows,
    tables: totalByRelation(header.relations, footer.parts).map(tableRows),
    omitted: manifest.omitted,
    definition: manifest.definition ?? null,
    warnings,
  };
}

/** A restore, or the undo of one: what was done to rows, per table and in sum. */
export function restoreReport(result: RestoreResult, undoes: string | null = null) {
  const { plan, safetyBackup, backup } = result;
  const legacy = result.format === 'legacy';
  return {
    restore_id: result.restoreId,
    undoes,
    format: result.format,
    origin: result.origin,
    backup: legacy ? null : { backup_id: backup.id, ...typeAndName(backup), created_at: backup.createdAt },
    ...planData(plan),
    safety_backup:
      safetyBackup === null ? null : { backup_id: safetyBackup.backupId, file: safetyBackup.file },
    warnings: result.warnings,
  };
}

/** A stored backup that was read to its end. */
export function verifyReport(result: VerifyBackupResult) {
  return {
    backup_id: result.backup.id,
    ...typeAndName(result.backup),
    file: result.file,
    format: result.format,
    compression: result.compression,
    encrypted: result.encrypted,
    /** Whether the content was read; without a key the stored bytes alone are compared. */
    opened: result.opened,
    size_bytes: result.sizeBytes,
    origin: result.origin,
    /** What was compared and found right. */
    checked: [
      ...(result.manifest ? ['stored_bytes', 'manifest'] : []),
      ...(result.opened ? ['layout', 'rows', 'counts', 'digests'] : []),
      ...(result.origin === 'ours' || result.origin === 'relaid' ? ['signature'] : []),
    ],
    rows: result.rows,
    tables: result.relations.map(tableRows),
    warnings: result.warnings,
  };
}

/** A cleanup: what became of each backup. */
export function cleanupReport({ days, backups, freedBytes, warnings }: PruneBackupsResult) {
  const count = (outcome: PrunedBackup['outcome']): number =>
    backups.filter(backup => backup.outcome === outcome).length;
  return {
    days,
    deleted: count('deleted'),
    kept: count('kept'),
    failed: count('failed'),
    freed_bytes: freedBytes,
    backups: backups.map(backup => ({
      backup_id: backup.backupId,
      backup_type: backup.scopeName,
      file: backup.file,
      finished_at: backup.finishedAt,
      size_bytes: backup.sizeBytes,
      outcome: backup.outcome,
      reasons: backup.reasons,
    })),
    warnings,
  };
}

/** Whom a stored backup is encrypted for; null if it is not. */
export function encryptionData(encryption: Encryption) {
  if (encryption === 'none') return null;
  return 'recipients' in encryption
    ? { format: encryption.format, recipients: encryption.recipients, passphrase: false }
    : { format: encryption.format, recipients: [], passphrase: true };
}

function typeAndName({ type, name }: BackupHeader) {
  return { backup_type: type, backup_name: name };
}

function tableRows({ schema, name, role, rows }: RelationTotal) {
  return { schema, name, role, rows };
}
