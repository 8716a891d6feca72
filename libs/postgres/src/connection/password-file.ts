import type { LocalSystem } from './local-system.js';

/** What a line of a password file is matched against. */
export interface PasswordLookup {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * Finds a password in a `.pgpass` file: `host:port:database:user:password` a line, the first match wins, `*` matches
 * all, `\:` and `\\` stand for themselves.
 *
 * A file that others may read is not used, as psql does not use it.
 *
 * @returns the password, or null with the reason why the file was left alone, if it was
 */
export function findPassword(
  system: LocalSystem,
  path: string,
  lookup: PasswordLookup,
): { readonly password: string | null; readonly ignored: string | null } {
  const facts = system.stat(path);
  if (facts === null) return { password: null, ignored: null };
  if (facts.kind !== 'file')
    return { password: null, ignored: `the password file ${path} is not a plain file` };
  if ((facts.mode & 0o077) !== 0) {
    return { password: null, ignored: `others may read the password file ${path}: chmod 0600 it` };
  }
  for (const line of system.readText(path).split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const password = matchLine(line, lookup);
    if (password !== null) return { password: password === '' ? null : password, ignored: null };
  }
  return { password: null, ignored: null };
}

function matchLine(line: string, lookup: PasswordLookup): string | null {
  const fields: string[] = [];
  let at = 0;
  for (let index = 0; index < 4; index++) {
    const field = /^((?:[^:\\]|\\[^])*):/.exec(line.slice(at))?.[1];
    if (field === undefined) return null;
    fields.push(field);
    at += field.length + 1;
  }
  const wanted = [lookup.host, String(lookup.port), lookup.database, lookup.user];
  const matches = wanted.every((value, index) => {
    const field = fields[index];
    return field === '*' || (field !== undefined && unescape(field) === value);
  });
  if (!matches) return null;
  return unescape(/^(?:[^:\\]|\\[^])*/.exec(line.slice(at))?.[0] ?? '');
}

function unescape(field: string): string {
  return field.replace(/\\([^])/g, '$1');
}
