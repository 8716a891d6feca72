import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeSpace } from './free-space.js';

it('tells the space of a folder, also of one that is not there yet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-storage-'));
  try {
    const { freeBytes, totalBytes } = await freeSpace(folder);
    expect(freeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThanOrEqual(totalBytes);
    expect((await freeSpace(join(folder, 'not', 'yet'))).totalBytes).toBe(totalBytes);
    await writeFile(join(folder, 'file'), '');
    await expect(freeSpace(join(folder, 'file', 'below'))).rejects.toMatchObject({
      kind: 'validation_error',
      context: { setting: 'BACKUP_DIR' },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
