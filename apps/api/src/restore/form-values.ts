import { BackupError } from '@satchel/domain';

type FieldValue = string | readonly string[];

/** Fields of a form that are not text, and how they are read. */
const READERS: Readonly<Record<string, (value: FieldValue, name: string) => unknown>> = {
  allow_missing: toFlag,
  safety_backup: toFlag,
  wait: toFlag,
  keep: toFlag,
  sample_rows: toNumber,
  fill: toObject,
  restricted: toNames,
};

/**
 * Turns the text fields of a form into the values that a JSON body would have, so that both are checked by one schema. Empty
 * fields count as not given, as browsers send them.
 *
 * @throws BackupError `validation_error` for what cannot be read
 */
export function formValues(fields: Readonly<Record<string, FieldValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, Object.hasOwn(READERS, name) ? READERS[name]?.(value, name) : value]),
  );
}

function toFlag(value: FieldValue): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

function toNumber(value: FieldValue): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function toNames(value: FieldValue): unknown {
  return [value]
    .flat()
    .flatMap(text => text.split(','))
    .map(name => name.trim())
    .filter(name => name !== '');
}

function toObject(value: FieldValue, name: string): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch (cause) {
    throw new BackupError(
      'validation_error',
      `${name} has to be a JSON object, e.g. {"students_student.status": "ACTIVE"}.`,
      { parameter: name },
      { cause },
    );
  }
}
