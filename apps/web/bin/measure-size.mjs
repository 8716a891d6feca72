import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/**
 * Measures, from the build's manifest, the JavaScript that a browser has to load before any page's own: the entry and
 * whatever it imports. Fails above the limit. Build first.
 */

const LIMIT_BYTES = 200_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

/**
 * @typedef {{ file: string, isEntry?: boolean, imports?: string[], dynamicImports?: string[], css?: string[] }} Chunk
 * @type {Record<string, Chunk>}
 */
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));

/** @param {string} file */
function gzipBytes(file) {
  return gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
}

/**
 * @param {string[]} names
 * @param {Set<string>} seen
 */
function withImports(names, seen = new Set()) {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    withImports(manifest[name]?.imports ?? [], seen);
  }
  return seen;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
}

const entries = Object.entries(manifest).filter(([, chunk]) => chunk.isEntry);
// The entry asks for the app's own code while it runs, whatever the page: that counts as well.
const app = entries
  .flatMap(([, { dynamicImports = [] }]) => dynamicImports)
  .filter(name => /(?:^_|\/)(?:app|mount)\b/.test(name));
if (app.length !== 1) throw new Error('The build has no chunk "app" that is loaded on every visit.');
const first = withImports([...entries.map(([name]) => name), ...app]);
const files = [...first].map(name => manifest[name]?.file ?? '').filter(file => file.endsWith('.js'));
const styles = new Set([...first].flatMap(name => manifest[name]?.css ?? []));
const total = files.reduce((sum, file) => sum + gzipBytes(file), 0);

console.log('Loaded before any page (gzip):');
for (const file of files) console.log(`${kilobytes(gzipBytes(file))}  ${file}`);
for (const file of styles) console.log(`${kilobytes(gzipBytes(file))}  ${file} (style, not counted)`);
console.log(`${kilobytes(total)}  JavaScript in all, of ${kilobytes(LIMIT_BYTES).trim()}`);

console.log('\nEach page beside that (gzip):');
for (const [name, chunk] of Object.entries(manifest)) {
  if (!name.endsWith('.page.tsx')) continue;
  const own = [...withImports([name])].filter(one => !first.has(one)).map(one => manifest[one]?.file ?? '');
  const bytes = own.filter(file => file.endsWith('.js')).reduce((sum, file) => sum + gzipBytes(file), 0);
  console.log(`${kilobytes(bytes)}  ${name.replace('src/features/', '')} (${chunk.file})`);
}

if (total > LIMIT_BYTES) {
  console.error(`\nToo much: ${kilobytes(total).trim()} is over ${kilobytes(LIMIT_BYTES).trim()}.`);
  process.exitCode = 1;
}
