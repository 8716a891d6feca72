import { isRecipient } from '@satchel/archive';
import type { ChosenDestinations, Permission } from '@satchel/domain';
import { BackupError, PERMISSIONS } from '@satchel/domain';

/** Parsers for the values of flags; each throws `validation_error` that says which flag and what is allowed. */

export function oneOf<T extends string>(flag: string, allowed: readonly T[], text: string): T {
  const found = allowed.find(value => value === text);
  if (found !== undefined) return found;
  throw new BackupError(
    'validation_error',
    `${flag} cannot be ${JSON.stringify(text)}. Allowed: ${allowed.join(', ')}.`,
    { parameter: flag, value: text, allowed },
  );
}

export function wholeNumber(flag: string, range: { min: number; max: number }, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw new BackupError(
    'validation_error',
    `${flag} cannot be ${JSON.stringify(text)}. Allowed: a whole number from ${range.min} to ${range.max}.`,
    { parameter: flag, value: text, allowed: [`${range.min} to ${range.max}`] },
  );
}

/** Adds `table.column=value` to those given before; the value may be empty. */
export function addFill(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const match = /^([^=.]+(?:\.[^=.]+){1,2})=(.*)$/s.exec(text);
  const [, column, value] = match ?? [];
  if (column === undefined || value === undefined) {
    throw new BackupError(
      'validation_error',
      `--fill cannot be ${JSON.stringify(text)}. Give it as table.column=value, e.g. --fill students_student.status=ACTIVE.`,
      { parameter: '--fill', value: text },
    );
  }
  return { ...before, [column]: value };
}

export function nonEmpty(flag: string, text: string): string {
  // A flag in its place means that the value was forgotten.
  if (text.trim() !== '' && !/^--\w/.test(text)) return text;
  throw new BackupError('validation_error', `${flag} needs a value.`, { parameter: flag });
}

/** Adds words, one or several with commas, to those given before. */
export function addWords(
  flag: string,
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  const words = nonEmpty(flag, text)
    .split(',')
    .map(word => word.trim());
  return [...(before ?? []), ...words.filter(word => word !== '')];
}

/**
 * Where backups are kept, of names that were given with one flag.
 *
 * @returns undefined if there was none; null for `all`, whatever the settings name later
 */
export function chosenDestinations(
  flag: string,
  names: readonly string[] | undefined,
): ChosenDestinations | undefined {
  if (!names?.includes('all')) return names;
  if (names.every(name => name === 'all')) return null;
  throw new BackupError('validation_error', `${flag} is either all, or names destinations.`, {
    parameter: flag,
  });
}

export function addPermissions(
  flag: string,
  text: string,
  before: readonly Permission[] | undefined,
): readonly Permission[] {
  const words = addWords(flag, text, undefined);
  return [...(before ?? []), ...words.map(word => oneOf(flag, PERMISSIONS, word))];
}

/** What a list is after `--set`, `--add` and `--remove`; null if none of them was given. */
export function changeOf<T extends string>(
  before: readonly T[],
  {
    set,
    add,
    remove,
  }: { readonly set?: readonly T[]; readonly add?: readonly T[]; readonly remove?: readonly T[] },
): readonly T[] | null {
  if (!set && !add && !remove) return null;
  return [...new Set([...(set ?? before), ...(add ?? [])])].filter(each => !remove?.includes(each));
}

/** A day or a moment, in ISO 8601; without a time zone in UTC, so that it means the same on every machine. */
export function timeOf(flag: string, text: string): Date {
  const [, day = '', time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text.trim()) ?? [];
  const moment = new Date(`${day}${time}${zone}`);
  if (day !== '' && !Number.isNaN(moment.getTime())) return moment;
  throw new BackupError(
    'validation_error',
    `${flag} cannot be ${JSON.stringify(text)}. Give a day or a moment, e.g. 2026-03-01 or 2026-03-01T09:15:00Z.`,
    { parameter: flag, value: text },
  );
}

/** Adds public keys of age, one or several with commas, to those given before. */
export function addRecipients(
  flag: string,
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  const recipients = addWords(flag, text, undefined);
  for (const recipient of recipients) {
    if (isRecipient(recipient)) continue;
    throw new BackupError(
      'validation_error',
      `${flag} cannot be ${JSON.stringify(recipient)}: it is no public key of age (age1…), or has a typing error. "backup_system key create" makes one.`,
      { parameter: flag },
    );
  }
  return [...new Set([...(before ?? []), ...recipients])];
}
