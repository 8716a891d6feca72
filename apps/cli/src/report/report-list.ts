import type { ListBackupsResult, ListedBackup } from '@satchel/use-cases';
import { copyData } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { byteSize, count, counted, moment } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';

export function reportList(result: ListBackupsResult): Outcome {
  const { total, backups, location, warnings } = result;
  return {
    message:
      total === 0
        ? 'There are no backups yet; "backup_system create" makes one.'
        : `${counted(total, 'backup')}${backups.length < total ? `, the newest ${count(backups.length)}` : ''} (${location.startsWith('s3:') ? 'bucket' : 'folder'} ${location}):`,
    text: backups.length === 0 ? '' : listTable(backups, location),
    data: { total, location, backups: backups.map(listedData) },
    warnings,
  };
}

function listTable(backups: readonly ListedBackup[], location: string): string {
  const several = backups.some(({ copies }) => copies.length > 1);
  return table(
    [
      { title: 'started' },
      { title: 'type' },
      { title: 'state' },
      { title: 'rows', align: 'right' },
      { title: 'size', align: 'right' },
      ...(several ? [{ title: 'copies' }] : []),
      { title: 'file' },
    ],
    backups.map(backup => [
      moment(backup.startedAt).slice(0, 19),
      backup.scopeName,
      backup.fileFound === false ? 'file missing' : backup.verifiedAt ? 'verified' : backup.state,
      backup.rows === null ? '' : count(backup.rows),
      backup.sizeBytes === null ? '' : byteSize(backup.sizeBytes),
      ...(several ? [copiesOf(backup)] : []),
      whereabouts(backup, location),
    ]),
  );
}

/** `2 of 3`: how many destinations have it. */
function copiesOf({ copies }: ListedBackup): string {
  const there = copies.filter(({ state }) => state === 'stored').length;
  return copies.length === 0 ? '' : `${there} of ${copies.length}`;
}

function whereabouts(backup: ListedBackup, location: string): string {
  if (backup.file === null) return backup.error?.message ?? '';
  return backup.location === null || backup.location === location
    ? backup.file
    : `${backup.location.replace(/\/$/, '')}/${backup.file}`;
}

function listedData(backup: ListedBackup) {
  return {
    backup_id: backup.backupId,
    backup_type: backup.scopeName,
    backup_name: backup.name,
    state: backup.state,
    file: backup.file,
    location: backup.location,
    file_found: backup.fileFound,
    size_bytes: backup.sizeBytes,
    rows: backup.rows,
    digest: backup.digest,
    requested_by: backup.requestedBy,
    started_at: backup.startedAt,
    finished_at: backup.finishedAt,
    verified_at: backup.verifiedAt,
    error: backup.error === null ? null : { error_type: backup.error.kind, message: backup.error.message },
    copies: backup.copies.map(copyData),
  };
}
