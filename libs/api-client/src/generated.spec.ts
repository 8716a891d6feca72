import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generate } from './testing/generate-client.js';

const COMMITTED = fileURLToPath(new URL('./generated', import.meta.url));

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async file => [file.slice(folder.length), await readFile(file, 'utf8')])),
  ) as Record<string, string>;
}

it('is what the description of the API yields; "npm run generate -w libs/api-client" writes it anew', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-api-client-'));
  try {
    await generate(folder);
    expect(await filesBelow(folder)).toEqual(await filesBelow(COMMITTED));
  } finally {
    await rm(folder, { recursive: true });
  }
});
