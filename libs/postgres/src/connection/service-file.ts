import { BackupError } from '@satchel/domain';
import { showKeyword } from './parse-conninfo.js';
import type { LocalSystem } from './local-system.js';

/**
 * Finds a service's section in a connection service file (`[name]`, then `keyword=value` a line, `#` for comments).
 *
 * @param paths in the order in which they are looked at; missing ones are passed over
 * @throws BackupError `validation_error` if no file has the service, or its section is not understood
 */
export function readService(
  system: LocalSystem,
  paths: readonly string[],
  service: string,
): ReadonlyMap<string, string> {
  for (const path of paths) {
    if (system.stat(path) === null) continue;
    const section = findSection(system.readText(path), service, path);
    if (section !== null) return section;
  }
  throw new BackupError(
    'validation_error',
    `The connection service "${service}" is in none of: ${paths.join(', ')}. Add it there, or set PGSERVICEFILE.`,
    { setting: 'service', value: service },
  );
}

function findSection(text: string, service: string, path: string): Map<string, string> | null {
  let section: Map<string, string> | null = null;
  for (const [index, rawLine] of text.split(/\r?\n/).entries()) {
    const line = rawLine.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (section !== null) return section;
      if (line === `[${service}]`) section = new Map();
      continue;
    }
    if (section === null) continue;
    const equals = line.indexOf('=');
    const keyword = line.slice(0, Math.max(equals, 0));
    if (equals === -1 || keyword === 'service' || keyword === 'servicefile') {
      throw new BackupError(
        'validation_error',
        `Line ${index + 1} of the service file ${path} is not keyword=value${
          equals === -1 ? '' : ` that a service may set (${showKeyword(keyword)})`
        }.`,
        { setting: 'service', value: service, line: index + 1 },
      );
    }
    // The first of two lines counts, as in libpq.
    if (!section.has(keyword)) section.set(keyword, line.slice(equals + 1));
  }
  return section;
}
