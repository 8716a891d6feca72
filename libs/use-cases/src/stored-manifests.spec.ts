import { formatManifest } from '@satchel/archive';
import { manifestKey } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStoredBackups } from './stored-manifests.js';
import { inventedManifest } from './testing/invented-manifest.js';

let storage: MemoryStorage;

async function put(key: string, text: string): Promise<void> {
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(Buffer.from(text));
  }
  await storage.write(key, body());
}

beforeEach(async () => {
  storage = new MemoryStorage();
  await put('whole.json', 'archive');
  const manifest = inventedManifest('whole.json', 'full', '2026-03-01T09:15:00.000Z', 1);
  await put(manifestKey('whole.json'), formatManifest(manifest));
});

describe('readStoredBackups', () => {
  it('has nothing to say about a folder of whole backups and other files', async () => {
    await put('read-me.txt', 'ours');
    const { backups, withoutManifest, warnings } = await readStoredBackups(storage);
    expect(backups).toHaveLength(1);
    expect({ withoutManifest, warnings }).toEqual({ withoutManifest: [], warnings: [] });
  });

  it('names an archive that has no manifest, and leaves it', async () => {
    await put('interrupted.json.zst', 'archive');
    const { backups, withoutManifest, warnings } = await readStoredBackups(storage);
    expect(backups).toHaveLength(1);
    expect(withoutManifest).toEqual(['interrupted.json.zst']);
    expect(warnings).toEqual([
      expect.stringMatching(/^interrupted\.json\.zst has no manifest: an interrupted/),
    ]);
    expect(await storage.stat('interrupted.json.zst')).not.toBeNull();
  });

  it('names some of many', async () => {
    for (let number = 1; number <= 7; number += 1) await put(`by-hand-${number}.json`, '[]');
    const { withoutManifest, warnings } = await readStoredBackups(storage);
    expect(withoutManifest).toHaveLength(7);
    expect(warnings).toEqual([expect.stringMatching(/by-hand-5\.json and 2 more have no manifest/)]);
  });

  it('does not blame a backup that gets its manifest while the folder is listed', async () => {
    class Finishing extends MemoryStorage {
      override async *list() {
        for await (const object of super.list()) if (object.key === 'new.json') yield object;
      }
    }
    storage = new Finishing();
    await put('new.json', 'archive');
    const manifest = inventedManifest('new.json', 'full', '2026-03-01T09:15:00.000Z', 2);
    await put(manifestKey('new.json'), formatManifest(manifest));
    expect((await readStoredBackups(storage)).withoutManifest).toEqual([]);
  });
});
