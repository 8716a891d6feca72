import { BackupError, type StorageKey } from '@satchel/domain';

export function notStored(key: StorageKey): BackupError {
  return new BackupError(
    'not_found',
    `There is no stored file ${key}. List the backups to see what there is.`,
    { key },
  );
}

export function alreadyStored(key: StorageKey): BackupError {
  return new BackupError(
    'conflict',
    `A stored file ${key} is already there, and is never overwritten. Choose another name, or delete it first.`,
    { key },
  );
}
