import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { configurationDocs } from './configuration-docs.js';

const DOCS = new URL('../../../docs/configuration.md', import.meta.url);

it('is what docs/configuration.md says; UPDATE_GOLDEN=1 rewrites it', async () => {
  const path = fileURLToPath(DOCS);
  const docs = await format(configurationDocs(), { ...(await resolveConfig(path)), filepath: path });
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(DOCS, docs);
  expect(await readFile(DOCS, 'utf8')).toBe(docs);
});

it('shows no setting without words', () => {
  expect(configurationDocs()).not.toMatch(/\|\s*\|$/m);
});
