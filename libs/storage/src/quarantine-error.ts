import { BackupError } from '@satchel/domain';
import { errorCode, toStorageError } from './storage-error.js';

const NO_SPACE = ['ENOSPC', 'EDQUOT'];

/** Says what an operation on the folder of uploads failed of; an error that is ours already is returned as it is. */
export function toQuarantineError(thrown: unknown): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const code = errorCode(thrown) ?? 'no code';
  // Each error of the operating system means the same there as for backups.
  const { kind } = toStorageError(thrown, '');
  const message = NO_SPACE.includes(code)
    ? 'No space is left for files that are sent here (UPLOAD_DIR). Free some space, or send a smaller file.'
    : `The folder for files that are sent here (UPLOAD_DIR) cannot be used (${code}). Check that it is there and may be written to.`;
  return new BackupError(kind, message, { setting: 'UPLOAD_DIR', code }, { cause: thrown });
}

export function uploadGone(uploadId: string): BackupError {
  return new BackupError(
    'not_found',
    'The file that was sent is not here any more: it has been dealt with, or has waited too long. Send it again.',
    { uploadId },
  );
}

export function uploadTooLarge(name: string, limitBytes: number): BackupError {
  return new BackupError(
    'too_large',
    `${name} has more than ${limitBytes} bytes, which is all that MAX_BACKUP_FILE_SIZE allows. Nothing of it was kept.`,
    { setting: 'MAX_BACKUP_FILE_SIZE', limitBytes },
  );
}
