import { BackupError } from '@satchel/domain';

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
