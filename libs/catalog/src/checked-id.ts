import { BackupError, isBackupId } from '@satchel/domain';

/**
 * Gives an id back if it is one. Ids are compared as PostgreSQL compares them, so one written otherwise would be another's.
 *
 * @throws BackupError `validation_error` naming the parameter
 */
export function checkedId(parameter: string, id: string): string {
  if (isBackupId(id)) return id;
  throw new BackupError('validation_error', `${JSON.stringify(id)} is not an id: a UUID in lower case.`, {
    parameter,
  });
}
