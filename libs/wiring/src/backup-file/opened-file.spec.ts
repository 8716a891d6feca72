import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenedFile } from './opened-file.js';

describe('OpenedFile', () => {
  let folder: string;
  let file: OpenedFile;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satchel-opened-file-'));
    const path = join(folder, 'file');
    await writeFile(path, Buffer.alloc(600_000, 'abc'));
    file = new OpenedFile('file', 600_000, await open(path));
  });
  afterEach(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });

  async function read(range?: { start: number; end?: number }): Promise<string> {
    const chunks: Uint8Array[] = [];
    const bytes: AsyncIterable<Uint8Array> = await file.open(range);
    for await (const chunk of bytes) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('can be read again after a reader that stopped early', async () => {
    for await (const _ of await file.open()) break;
    expect(await read()).toBe('abc'.repeat(200_000));
  });

  it('reads ranges with both ends included', async () => {
    expect(await read({ start: 1, end: 3 })).toBe('bca');
    expect(await read({ start: 599_999, end: 700_000 })).toBe('c');
  });
});
