import { BackupError, isBackupId as isUuid } from '@satchel/domain';

/** @throws BackupError `validation_error` for what no row can have as its id */
export function checkUuid(parameter: string, id: string): void {
  if (isUuid(id)) return;
  throw new BackupError('validation_error', `${JSON.stringify(id)} is not an id: a UUID in lower case.`, {
    parameter,
  });
}
