import { readFileSync } from 'node:fs';

/** The version that this command line was released as. */
export function readVersion(): string {
  const document: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const found = typeof document === 'object' && document !== null && 'version' in document;
  return found ? String(document.version) : 'unknown';
}
