import { BackupError } from '@satchel/domain';

/**
 * Says that a document may be a backup, but not in the layout that we write: the tolerant reader has to look at it.
 * Known by its context, `{ ownLayout: false }`.
 */
export function notOurLayout(what: string): BackupError {
  return new BackupError('invalid_backup', `Not laid out as Satchel writes its backups: ${what}.`, {
    ownLayout: false,
  });
}

/** Whether the tolerant reader has to have a look before a document is given up. */
export function isNotOurLayout(error: unknown): boolean {
  return (
    error instanceof BackupError && error.kind === 'invalid_backup' && error.context['ownLayout'] === false
  );
}
