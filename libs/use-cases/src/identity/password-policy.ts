import type { Secret } from '@satchel/domain';
import { BackupError, userNameKey } from '@satchel/domain';

export const MIN_PASSWORD_CHARACTERS = 10;

/** More than anybody types; so that nobody can have us digest megabytes. */
export const MAX_PASSWORD_BYTES = 256;

/**
 * What is tried first, of ten characters and more; shorter ones are refused anyway.
 *
 * @see the lists of most used passwords of NCSC and SecLists
 */
const COMMON: ReadonlySet<string> = new Set([
  '1234567890',
  '0123456789',
  '0987654321',
  '9876543210',
  '12345678910',
  '123456789a',
  'a123456789',
  '1q2w3e4r5t',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'q1w2e3r4t5',
  'q1w2e3r4t5y6',
  'qwertyuiop',
  'qwerty1234',
  'qwerty12345',
  'qwerty123456',
  'asdfghjkl1',
  'zxcvbnm123',
  'abcdefghij',
  'abcdefghijk',
  'abcd123456',
  'abc1234567',
  'password12',
  'password123',
  'password1234',
  'password123!',
  'passw0rd12',
  'passw0rd123',
  'p@ssw0rd123',
  'passwordpassword',
  'mypassword',
  'newpassword',
  'letmein123',
  'welcome123',
  'welcome1234',
  'iloveyou12',
  'iloveyou123',
  'administrator',
  'adminadmin',
  'admin12345',
  'admin123456',
  'superadmin',
  'changeme123',
  'changemenow',
  'satchel123',
  'satchelsatchel',
  'school1234',
  'school12345',
  'teacher123',
  'principal1',
  'football123',
  'sunshine123',
  'princess123',
]);

/**
 * Refuses passwords that are guessed first. Length is what counts; no kinds of characters are asked for.
 *
 * @throws BackupError `validation_error` that says what is asked for, never what was given
 * @see NIST SP 800-63B, 5.1.1.2
 */
export function checkPassword(password: Secret<string>, username: string): void {
  const problem = problemOf(password.reveal(), username);
  if (problem === null) return;
  throw new BackupError('validation_error', problem, { parameter: 'password' });
}

function problemOf(password: string, username: string): string | null {
  const characters = [...password].length;
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    return `The password is too long: ${MAX_PASSWORD_BYTES} bytes at most.`;
  }
  if (characters < MIN_PASSWORD_CHARACTERS) {
    return `The password is too short: it needs at least ${MIN_PASSWORD_CHARACTERS} characters. A few words are a good one.`;
  }
  const folded = userNameKey(password);
  if (folded === userNameKey(username)) return 'The password is the user name. Choose another.';
  if (COMMON.has(folded) || new Set(folded).size < 3) {
    return 'This password is one of those that are tried first. Choose another.';
  }
  return null;
}
