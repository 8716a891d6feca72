import type { ErrorKind } from '@satchel/domain';

/** How the process ends for each kind of error; 0 means done. A contract: scripts and cron jobs rely on it. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  system_error: 1,
  validation_error: 2,
  not_found: 10,
  conflict: 11,
  wrong_key: 12,
  invalid_backup: 13,
  too_large: 13,
  auth_error: 14,
  permission_error: 14,
  csrf_error: 14,
  unsupported: 15,
  unavailable: 16,
  rate_limited: 16,
  restore_failed: 17,
  cancelled: 130,
};

/** The part of every `--help` that lists them. */
export const EXIT_CODES_HELP = `
Exit codes:
    0  done
    1  a bug: run again with LOG_LEVEL=debug and report what it prints
    2  a parameter or setting is wrong
   10  no such backup or file
   11  something is in the way: another restore, or what others have changed since
   12  the backup cannot be decrypted with what was given
   13  the file is damaged, cut off, too large, or not a backup; the audit log was changed
   14  not allowed
   15  a newer backup format, or an unsupported server
   16  database or storage out of reach; try again later
   17  the database refused a row; nothing was changed
  130  stopped by Ctrl-C; nothing was changed`;
