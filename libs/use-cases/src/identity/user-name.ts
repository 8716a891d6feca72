import { BackupError } from '@satchel/domain';

const MAX_NAME = 64;
const MAX_FULL_NAME = 200;

/**
 * A user name as it is kept: letters and digits of any script, and `. _ @ + -` after the first.
 *
 * @throws BackupError `validation_error`
 */
export function checkUserName(text: string): string {
  const name = text.trim().normalize('NFC');
  if (isUserName(name)) return name;
  throw new BackupError(
    'validation_error',
    `A user name has 1 to ${MAX_NAME} letters and digits, and . _ @ + - after the first.`,
    { parameter: 'username' },
  );
}

export function isUserName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*$/u.test(name) && name.length <= MAX_NAME;
}

/** @throws BackupError `validation_error` */
export function checkFullName(text: string): string {
  const name = text.trim();
  // eslint-disable-next-line no-control-regex
  if (name.length <= MAX_FULL_NAME && !/[\u0000-\u001F\u007F-\u009F]/.test(name)) return name;
  throw new BackupError(
    'validation_error',
    `A person's name has at most ${MAX_FULL_NAME} characters, on one line.`,
    { parameter: 'full_name' },
  );
}
