import { formatManifest } from '@satchel/archive';
import { CatalogDatabase, TypeormAuditLog, TypeormCatalog } from '@satchel/catalog';
import { BackupError, manifestKey } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { FixedClock, MemoryCopyStore, TestDestinations } from '@satchel/testing';
import { MemoryKeyRing } from '@satchel/testing/conformance';
import { beforeEach, describe, expect, it } from 'vitest';
import { CopyRemoval } from './copies/copy-removal.js';
import { PruneBackups } from './prune-backups.js';
import { inventedManifest } from './testing/invented-manifest.js';

const NOW = '2026-03-31T12:00:00.000Z';

/** A storage in which some files cannot be deleted. */
class StubbornStorage extends MemoryStorage {
  readonly stuck = new Set<string>();

  override remove(key: string): Promise<void> {
    if (!this.stuck.has(key)) return super.remove(key);
    return Promise.reject(new BackupError('unavailable', `${key} is in use.`));
  }
}

let storage: StubbornStorage;
let numbered = 0;

async function* bytes(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(Buffer.from(text));
}

/** Stores a backup that ended so many days ago. @returns its file */
async function store(type: string, daysAgo: number, body = 'archive'): Promise<string> {
  const file = `${type}_${++numbered}.json`;
  const at = new Date(Date.parse(NOW) - daysAgo * 86_400_000).toISOString();
  const manifest = inventedManifest(file, type, at, numbered);
  if (body !== '') await storage.write(file, bytes(body));
  await storage.write(manifestKey(file), bytes(formatManifest(manifest)));
  return file;
}

async function files(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list()) keys.push(key);
  return keys.sort();
}

function prune(days: number, confirm = true) {
  // Nobody listens there: what is deleted does not depend on the catalog.
  const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
  const catalog = new TypeormCatalog(nowhere);
  const audit = new TypeormAuditLog(nowhere, new MemoryKeyRing());
  const clock = new FixedClock(NOW);
  const removal = new CopyRemoval(new TestDestinations({ local: storage }), new MemoryCopyStore(), clock);
  return new PruneBackups(storage, catalog, audit, clock, removal).run({ days, confirm });
}

beforeEach(() => {
  storage = new StubbornStorage();
});

describe('PruneBackups', () => {
  it('deletes what is too old, archive and manifest, and warns once of what cannot be recorded', async () => {
    const old = [await store('full', 40), await store('full', 31)];
    const young = await store('full', 29);
    const result = await prune(30);
    expect(await files()).toEqual([young, manifestKey(young)]);
    expect(result.backups.filter(({ outcome }) => outcome === 'deleted').map(({ file }) => file)).toEqual(
      old.reverse(),
    );
    expect(result.freedBytes).toBe(14);
    expect(result.warnings).toEqual([
      expect.stringContaining('catalog could not be used'),
      expect.stringContaining('not in the audit log'),
    ]);
  });

  it('keeps the newest good backup of each type, safety backups included', async () => {
    const kept = [await store('full', 400), await store('students', 300), await store('safety', 200)];
    await store('safety', 201);
    await prune(0);
    expect(await files()).toEqual(kept.flatMap(file => [file, manifestKey(file)]).sort());
  });

  it('does not take a backup for good whose archive is missing or cut off', async () => {
    const good = await store('full', 50);
    await store('full', 2, '');
    await store('full', 1, 'cut');
    await prune(0);
    expect(await files()).toEqual([good, manifestKey(good)]);
  });

  it('deletes nothing without a confirmation', async () => {
    await store('full', 50);
    await store('full', 40);
    const before = await files();
    expect((await prune(30, false)).backups.map(({ outcome }) => outcome)).toEqual([
      'kept',
      'would be deleted',
    ]);
    expect(await files()).toEqual(before);
  });

  it('leaves alone what no manifest of ours describes', async () => {
    await store('full', 1);
    for (const key of ['holiday.jpg', 'full_old.json', 'other.json.manifest.json'])
      await storage.write(key, bytes('{}'));
    const before = await files();
    const result = await prune(0);
    expect(await files()).toEqual(before);
    expect(result.warnings).toEqual([
      expect.stringContaining('other.json.manifest.json'),
      expect.stringContaining('full_old.json has no manifest'),
      expect.stringContaining('not in the audit log'),
    ]);
  });

  it('reports a delete that fails, and goes on', async () => {
    const stuck = await store('full', 50);
    const other = await store('full', 60);
    await store('full', 1);
    storage.stuck.add(stuck);
    const { backups } = await prune(30);
    expect(backups.find(({ file }) => file === stuck)).toMatchObject({
      outcome: 'failed',
      reasons: [`${stuck} is in use.`],
    });
    expect(await files()).not.toContain(other);
  });
});
