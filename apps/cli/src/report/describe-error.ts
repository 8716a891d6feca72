import type { BackupError, ErrorKind } from '@satchel/domain';
import { safeLine } from '../terminal/safe-text.js';
import { fields } from '../terminal/table.js';

/** What to do where the message alone cannot say it; null where it does. */
const ADVICE: Readonly<Record<ErrorKind, string | null>> = {
  validation_error: 'Correct it and run again; add --help for what is allowed.',
  auth_error: 'Check user and password in DATABASE_URL.',
  permission_error: null,
  csrf_error: null,
  not_found: null,
  conflict: null,
  cancelled: null,
  too_large: null,
  invalid_backup: 'Nothing was changed. Take another copy of the file, or another backup.',
  unsupported: null,
  wrong_key: null,
  restore_failed: 'Nothing was changed. Correct what is named, or choose another --mode, and run again.',
  rate_limited: null,
  unavailable:
    'Nothing was changed. Once it is reachable run again; "backup_system status" shows every part.',
  system_error: 'This is a bug of Satchel. Run again with LOG_LEVEL=debug and report what it prints.',
};

/** Context that only scripts need. */
const HIDDEN = new Set([
  'parameter',
  'value',
  'allowed',
  'settings',
  'problems',
  'limitBytes',
  'sizeBytes',
  'differences',
  'waitedMs',
]);

/** Context for those who look for the cause. */
const DEBUG_ONLY = new Set(['sqlState', 'code', 'offset']);

/**
 * An error for a person: what is wrong, then the facts that the sentence leaves out, then what to do.
 *
 * @param debug whether to add what only helps to find the cause
 */
export function describeError(error: BackupError, debug = false): string {
  const { message, differences } = listDifferences(error);
  const lines = [error.kind === 'cancelled' ? message : `Error: ${message}`];
  lines.push(...differences.map(difference => `  - ${safeLine(difference.message)}`));
  if (differences.some(({ kind }) => kind === 'required column')) {
    lines.push(
      'Required columns also need a value that the file does not have: --fill table.column=value for each.',
    );
  }
  const facts = Object.entries(error.context).flatMap(([name, value]): [string, string][] => {
    const text = factText(value);
    return HIDDEN.has(name) ||
      (DEBUG_ONLY.has(name) && !debug) ||
      text === null ||
      error.message.includes(text)
      ? []
      : [[inWords(name), text]];
  });
  if (facts.length > 0) lines.push(fields(facts));
  const advice = ADVICE[error.kind];
  // Most messages of a restore say so already.
  const isSaid = /nothing was changed/i.test(error.message);
  if (advice !== null) lines.push(isSaid ? advice.replace('Nothing was changed. ', '') : advice);
  return lines.join('\n');
}

interface Difference {
  readonly kind: string;
  readonly message: string;
}

/** Takes the ways in which file and database differ out of the sentence, where they would be one long paragraph. */
function listDifferences({ message, context }: BackupError): {
  readonly message: string;
  readonly differences: readonly Difference[];
} {
  const found: unknown = context['differences'];
  const differences = Array.isArray(found) ? found.filter(isDifference) : [];
  const rest = differences.reduce((text, difference) => text.replace(difference.message, ''), message);
  return { message: rest.replace(/ {2,}/g, ' ').trim(), differences };
}

function isDifference(value: unknown): value is Difference {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

function factText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (Array.isArray(value)) {
    const texts = value.map(factText).filter(text => text !== null);
    return texts.length > 0 ? texts.join(', ') : null;
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
      const text = factText(member);
      return text === null ? [] : [`${name} = ${text}`];
    });
    return parts.length > 0 ? parts.join(', ') : null;
  }
  return null;
}

function inWords(name: string): string {
  return name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
}
