import type { SystemStatusResult } from '@satchel/use-cases';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { byteSize, counted, duration, moment } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';
import { definitionData, definitionText } from './definition-text.js';

/** How everything is; a part out of reach is said by the exit code too, for scripts that watch. */
export function reportStatus(status: SystemStatusResult): Outcome {
  const { database, storage, catalog } = status;
  const outOfReach =
    !database.reachable ||
    !storage.reachable ||
    !catalog.reachable ||
    (storage.reachable && !storage.writable);
  return {
    message: outOfReach ? 'Something is out of reach, or cannot be written to.' : backupsText(status.newest),
    text: [
      fields([
        ['database', databaseText(database)],
        ['definition', database.reachable ? definitionText(database.definition) : null],
        ['storage', storageText(storage)],
        [
          'catalog',
          catalog.reachable ? counted(catalog.backups, 'backup') : `out of reach: ${catalog.problem}`,
        ],
      ]),
      table(
        [{ title: 'type' }, { title: 'newest good backup' }, { title: 'age' }],
        status.newest.map(newest => [
          newest.scopeName,
          newest.file ?? (newest.covered ? 'none of its own' : 'none'),
          newest.ageMs === null ? '' : duration(newest.ageMs),
        ]),
      ),
      promisesText(status),
      restoresText(status),
    ]
      .filter(Boolean)
      .join('\n\n'),
    data: statusData(status),
    warnings: status.warnings,
    ...(outOfReach ? { exitCode: EXIT_CODES.unavailable } : {}),
  };
}

/** The first sentence: how old the newest good backup is, and what there is none of. */
function backupsText(newest: SystemStatusResult['newest']): string {
  const [youngest] = newest
    .flatMap(({ scopeName, ageMs }) => (ageMs === null ? [] : [{ scopeName, ageMs }]))
    .sort((a, b) => a.ageMs - b.ageMs);
  if (youngest === undefined) {
    return 'Everything is reachable, but there is no good backup yet; "backup_system create" makes one.';
  }
  const age = `Everything is reachable. The newest good backup (${youngest.scopeName}) is ${duration(youngest.ageMs)} old.`;
  const unprotected = newest.filter(({ covered }) => !covered).map(({ scopeName }) => scopeName);
  if (unprotected.length === 0) return age;
  return `${age} There is NO good backup of: ${unprotected.join(', ')}; "backup_system create --type=${unprotected[0] ?? ''}" makes one.`;
}

function databaseText(database: SystemStatusResult['database']): string {
  if (!database.reachable) return `out of reach: ${database.problem}`;
  const size = database.sizeBytes === null ? '' : `, ${byteSize(database.sizeBytes)}`;
  return `${database.database} on ${database.server}${size}, as ${database.role}${database.superuser ? ' (superuser)' : ''}`;
}

function storageText(storage: SystemStatusResult['storage']): string {
  if (!storage.reachable) return `out of reach: ${storage.problem}`;
  const free = storage.freeBytes === null ? '' : `, ${byteSize(storage.freeBytes)} free`;
  const problem = storage.writable ? '' : `; cannot be written to: ${storage.problem ?? 'unknown'}`;
  const without =
    storage.withoutManifest === 0 ? '' : `, ${counted(storage.withoutManifest, 'file')} without a manifest`;
  return `${storage.location}: ${counted(storage.backups, 'backup')}, ${byteSize(storage.usedBytes)}${without}${free}${problem}`;
}

/** Measured, not hoped. */
function promisesText({ promises }: SystemStatusResult): string {
  const lines = promises.flatMap(({ scopeName, sentence, overdueBecause }) => [
    `  ${scopeName}: ${sentence}`,
    ...(overdueBecause === null ? [] : [`  ${scopeName}: OVERDUE. ${overdueBecause}`]),
  ]);
  return lines.join('\n');
}

function restoresText({ restores }: SystemStatusResult): string {
  if (restores.length === 0) return '';
  return table(
    [{ title: 'restore' }, { title: 'started' }, { title: 'mode' }, { title: 'state' }, { title: 'file' }],
    restores.map(restore => [
      restore.restoreId,
      moment(restore.startedAt).slice(0, 19),
      restore.mode,
      restore.state,
      restore.file,
    ]),
  );
}

function statusData(status: SystemStatusResult) {
  const { database, storage, catalog } = status;
  const unreachable = (part: { kind: string; problem: string }) => ({
    reachable: false,
    error_type: part.kind,
    message: part.problem,
  });
  return {
    healthy: status.healthy,
    database: database.reachable
      ? {
          reachable: true,
          server: database.server,
          database: database.database,
          role: database.role,
          superuser: database.superuser,
          size_bytes: database.sizeBytes,
          definition: definitionData(database.definition),
        }
      : unreachable(database),
    storage: storage.reachable
      ? {
          reachable: true,
          location: storage.location,
          writable: storage.writable,
          message: storage.problem,
          backups: storage.backups,
          files_without_manifest: storage.withoutManifest,
          used_bytes: storage.usedBytes,
          free_bytes: storage.freeBytes,
        }
      : unreachable(storage),
    catalog: catalog.reachable ? { reachable: true, backups: catalog.backups } : unreachable(catalog),
    newest_backups: status.newest.map(newest => ({
      backup_type: newest.scopeName,
      title: newest.title,
      backup_id: newest.backupId,
      file: newest.file,
      finished_at: newest.finishedAt,
      age_seconds: newest.ageMs === null ? null : Math.round(newest.ageMs / 1000),
      covered: newest.covered,
    })),
    promises: status.promises.map(promise => ({
      backup_type: promise.scopeName,
      sentence: promise.sentence,
      backup_id: promise.backupId,
      data_loss_seconds: promise.dataLossMs === null ? null : Math.round(promise.dataLossMs / 1000),
      last_drill: promise.lastDrill && {
        job_id: promise.lastDrill.jobId,
        backup_id: promise.lastDrill.backupId,
        finished_at: promise.lastDrill.finishedAt.toISOString(),
        restore_seconds: promise.lastDrill.restoreMs / 1000,
      },
      drill_failed: promise.drillFailed,
      drill_needs_key: promise.drillNeedsKey,
      overdue: promise.overdue,
      overdue_because: promise.overdueBecause,
    })),
    restores: status.restores.map(restore => ({
      restore_id: restore.restoreId,
      backup_id: restore.backupId,
      file: restore.file,
      mode: restore.mode,
      state: restore.state,
      started_at: restore.startedAt,
      finished_at: restore.finishedAt,
      safety_backup_id: restore.safetyBackupId,
    })),
  };
}
