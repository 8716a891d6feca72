import type { BackupId, BackupStorage, JobRecord, JobStore, Manifest, ObjectStat } from '@satchel/domain';
import { BackupError, manifestKey, toBackupError } from '@satchel/domain';
import type { CopySources } from './copies/copy-sources.js';
import { readStoredManifest } from './stored-manifests.js';

/** A backup that history knows and the storage has. */
export interface RecordedBackup {
  readonly record: JobRecord;
  readonly manifest: Manifest;
  readonly stat: ObjectStat;
  /** Where it was found. */
  readonly storage: BackupStorage;
}

/** Where records and files of backups are. */
export interface RecordedBackups {
  readonly jobs: JobStore;
  readonly storage: BackupStorage;
  /** The storage's name in the catalog: an absolute folder. */
  readonly location: string;
  /** All destinations, where there are several; without it, only `storage`. */
  readonly sources?: CopySources;
}

/**
 * Finds a backup by its id, by its record and not by looking through the storage: whoever asks may be a stranger who
 * guesses. Why there is none is said as exactly as the record allows.
 *
 * @throws BackupError `not_found` for an unknown or deleted backup and a missing file, `conflict` for one that is not
 *   finished, `invalid_backup` for a file whose size is not the manifest's
 */
export async function findRecordedBackup(
  { jobs, storage, location, sources }: RecordedBackups,
  backupId: BackupId,
  signal?: AbortSignal,
): Promise<RecordedBackup> {
  const record = await jobs.get(backupId);
  if (record === null || record.kind !== 'backup') {
    throw new BackupError('not_found', `There is no backup ${backupId}.`, { backupId });
  }
  const file = requireFile(
    record,
    recorded => recorded === location || sources?.hasLocation(recorded) === true,
  );
  if (sources === undefined) return await findStored(record, file, storage, signal);
  return await sources.findIn(backupId, place => findStored(record, file, place, signal));
}

async function findStored(
  record: JobRecord,
  file: string,
  storage: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<RecordedBackup> {
  const stat = await storage.stat(file);
  if (stat === null) throw fileGone(record, file);
  const manifest = await readStoredManifest(storage, manifestKey(file), signal).catch((thrown: unknown) => {
    const error = toBackupError(thrown);
    throw error.kind === 'not_found' ? fileGone(record, manifestKey(file)) : error;
  });
  if (stat.sizeBytes !== manifest.stored.sizeBytes) {
    throw new BackupError(
      'invalid_backup',
      `${file} is damaged: it has ${stat.sizeBytes} bytes, and ${manifest.stored.sizeBytes} were written. Use another backup.`,
      { backupId: record.jobId, file },
    );
  }
  return { record, manifest, stat, storage };
}

/** @returns the archive's key */
function requireFile(record: JobRecord, isOurs: (location: string) => boolean): string {
  const { jobId: backupId, state, deletedAt, file } = record;
  if (deletedAt !== null) {
    throw new BackupError(
      'not_found',
      `The backup ${backupId} was deleted at ${deletedAt.toISOString()}; its record is all that is left.`,
      { backupId, deletedAt: deletedAt.toISOString() },
    );
  }
  if (state === 'pending' || state === 'running') {
    throw new BackupError('conflict', `The backup ${backupId} is still being made; wait until it is done.`, {
      backupId,
      state,
    });
  }
  if (state !== 'success' || file === null) {
    throw new BackupError(
      'not_found',
      `The backup ${backupId} was not finished, so there is no file of it.`,
      {
        backupId,
        state,
      },
    );
  }
  if (record.location !== null && !isOurs(record.location)) {
    throw new BackupError(
      'not_found',
      `The backup ${backupId} is stored elsewhere: it was made with another backup folder (BACKUP_DIR).`,
      { backupId, file },
    );
  }
  return file;
}

function fileGone({ jobId }: JobRecord, file: string): BackupError {
  return new BackupError(
    'not_found',
    `The backup ${jobId} cannot be used: ${file} is not in the backup folder any more. Somebody has moved or removed it there.`,
    { backupId: jobId, file },
  );
}
