import type { BackupError, ErrorKind } from '@satchel/domain';
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

/** An error for a person: what is wrong, then the facts that the sentence leaves out, then what to do. */
export function describeError(error: BackupError): string {
  const lines = [error.kind === 'cancelled' ? error.message : `Error: ${error.message}`];
  const facts = Object.entries(error.context).flatMap(([name, value]): [string, string][] => {
    const text = factText(value);
    return HIDDEN.has(name) || text === null || error.message.includes(text) ? [] : [[inWords(name), text]];
  });
  if (facts.length > 0) lines.push(fields(facts));
  const advice = ADVICE[error.kind];
  // Most messages of a restore say so already.
  const isSaid = /nothing was changed/i.test(error.message);
  if (advice !== null) lines.push(isSaid ? advice.replace('Nothing was changed. ', '') : advice);
  return lines.join('\n');
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
