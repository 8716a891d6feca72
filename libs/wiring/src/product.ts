import { readFileSync } from 'node:fs';

/** Name and version, as archives say who wrote them. */
export const PRODUCT = `Satchel ${readVersion()}`;

function readVersion(): string {
  const document: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const found = typeof document === 'object' && document !== null && 'version' in document;
  return found ? String(document.version) : '0';
}
