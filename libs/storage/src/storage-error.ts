import { BackupError, type ErrorKind } from '@satchel/domain';

interface Advice {
  readonly kind: ErrorKind;
  readonly message: string;
}

const NO_SPACE: Advice = {
  kind: 'unavailable',
  message:
    'No space is left for the backup folder (BACKUP_DIR). Free some space, delete old backups with cleanup, or set BACKUP_DIR to a folder on another disk.',
};

const NOT_ALLOWED: Advice = {
  kind: 'unavailable',
  message:
    'The backup folder (BACKUP_DIR) may not be used by this user. Give the user that runs this program permission to read and write it, or set BACKUP_DIR to another folder.',
};

const NOT_A_FOLDER: Advice = {
  kind: 'validation_error',
  message:
    'BACKUP_DIR is not a folder: it, or a part of its path, is a file. Move that file away, or set BACKUP_DIR to a folder.',
};

const BROKEN_DISK: Advice = {
  kind: 'unavailable',
  message:
    'The disk of the backup folder (BACKUP_DIR) answers with errors. Check the disk or the network share, or set BACKUP_DIR to a folder on another one.',
};

const TOO_MANY_FILES: Advice = {
  kind: 'unavailable',
  message:
    'Too many files are open for the backup folder (BACKUP_DIR) to be used. Try again later, or raise the limit of open files.',
};

/** What each error of the operating system means to a person who keeps backups in a folder. */
const ADVICE: Readonly<Record<string, Advice>> = {
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
  EFBIG: {
    kind: 'unavailable',
    message:
      'The disk of the backup folder (BACKUP_DIR), or a limit of this user, does not allow files as large as this backup. Set BACKUP_DIR to a folder on another disk, or raise the limit.',
  },
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EROFS: {
    kind: 'unavailable',
    message:
      'The disk of the backup folder (BACKUP_DIR) is read-only. Make it writable, or set BACKUP_DIR to another folder.',
  },
  ENOTDIR: NOT_A_FOLDER,
  EEXIST: NOT_A_FOLDER,
  ENAMETOOLONG: {
    kind: 'validation_error',
    message:
      'The file name is too long for the disk of the backup folder (BACKUP_DIR). Give the backup a shorter name.',
  },
  ENOENT: {
    kind: 'unavailable',
    message:
      'The backup folder (BACKUP_DIR), or a file being written in it, went away. Check that its disk is still there, then try again.',
  },
  EIO: BROKEN_DISK,
  ENXIO: BROKEN_DISK,
  ENODEV: BROKEN_DISK,
  ESTALE: BROKEN_DISK,
  ETIMEDOUT: BROKEN_DISK,
  EHOSTDOWN: BROKEN_DISK,
  ENOTCONN: BROKEN_DISK,
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
};

/** Says what an operation on the backup folder failed of; an error that is ours already is returned as it is. */
export function toStorageError(thrown: unknown, folder: string, setting = 'BACKUP_DIR'): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const code = errorCode(thrown);
  const advice = code === undefined ? undefined : ADVICE[code];
  const context = { setting, folder, ...(code === undefined ? {} : { code }) };
  if (advice) {
    const message = advice.message.replaceAll('BACKUP_DIR', setting);
    return new BackupError(advice.kind, message, context, { cause: thrown });
  }
  return new BackupError(
    'system_error',
    `The backup folder (${setting}) could not be used${code === undefined ? '' : `: ${code}`}.`,
    context,
    { cause: thrown },
  );
}

/** The operating system's name of an error, such as `ENOENT`. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
