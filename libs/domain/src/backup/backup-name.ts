import { BackupError } from '../errors.js';

/** Longest name of a backup, in characters; with date, id and endings it stays under every file system's limit. */
export const MAX_NAME_LENGTH = 80;

/**
 * Checks the name that a person gave a backup. It becomes part of a file name, so it is letters and digits of any
 * script, `_`, `-`, `.` and spaces inside, and starts with a letter or digit.
 *
 * @throws BackupError `validation_error` for anything else, a path among them
 */
export function checkBackupName(name: string): string {
  const trimmed = name.trim().normalize('NFC');
  if (
    trimmed.length === 0 ||
    trimmed.length > MAX_NAME_LENGTH ||
    !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_. -]*$/u.test(trimmed)
  ) {
    throw new BackupError(
      'validation_error',
      `The name ${JSON.stringify(name)} cannot be used: 1 to ${MAX_NAME_LENGTH} letters, digits, spaces, "_", "-" or ".", beginning with a letter or digit.`,
      { parameter: 'name', value: name },
    );
  }
  return trimmed;
}
