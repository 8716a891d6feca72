import { formatManifest } from '@satchel/archive';
import { CatalogDatabase, TypeormAuditLog, TypeormCatalog, TypeormRetentionStore } from '@satchel/catalog';
import {
  BackupError,
  KEEP_NOTHING_MORE,
  manifestKey,
  shellActor,
  type RetentionPolicy,
} from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  createTestDatabase,
  execute,
  FixedClock,
  newestTestServer,
  type TestDatabase,
  MemoryCopyStore,
  TestDestinations,
} from '@satchel/testing';
import { kindOf, MemoryKeyRing } from '@satchel/testing/conformance';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CopyRemoval } from './copies/copy-removal.js';
import { CopySources } from './copies/copy-sources.js';
import { PruneBackups } from './prune-backups.js';
import { PinBackups } from './retention/pin-backups.js';
import { RetryDeletes } from './retention/retry-deletes.js';
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

const POLICY: RetentionPolicy = { ...KEEP_NOTHING_MORE, days: 30, timeZone: 'UTC' };

let test: TestDatabase;
let database: CatalogDatabase;
let retention: TypeormRetentionStore;
let storage: StubbornStorage;
let clock: FixedClock;
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

function pruneOn(catalogDatabase: CatalogDatabase, policy = POLICY): PruneBackups {
  const audit = new TypeormAuditLog(catalogDatabase, new MemoryKeyRing());
  const catalog = new TypeormCatalog(catalogDatabase);
  const store = new TypeormRetentionStore(catalogDatabase);
  const removal = new CopyRemoval(new TestDestinations({ local: storage }), new MemoryCopyStore(), clock);
  return new PruneBackups(storage, catalog, audit, clock, store, policy, removal);
}

const prune = (days: number, confirm = true) => pruneOn(database).run({ days, confirm });

beforeAll(async () => {
  test = await createTestDatabase(newestTestServer());
  database = new CatalogDatabase(test.url);
  await database.open();
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

beforeEach(async () => {
  storage = new StubbornStorage();
  clock = new FixedClock(NOW);
  retention = new TypeormRetentionStore(database);
  await execute(
    test.url,
    'DELETE FROM satchel.pin; DELETE FROM satchel.failed_delete; DELETE FROM satchel.job',
  );
});

describe('PruneBackups', () => {
  it('deletes what is too old, archive and manifest', async () => {
    const old = [await store('full', 40), await store('full', 31)];
    const young = await store('full', 29);
    const result = await prune(30);
    expect(await files()).toEqual([young, manifestKey(young)]);
    expect(result.backups.filter(({ outcome }) => outcome === 'deleted').map(({ file }) => file)).toEqual(
      old.reverse(),
    );
    expect(result.freedBytes).toBe(14);
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
    ]);
  });

  it('says for each why it stays or goes', async () => {
    const [, old] = [await store('full', 1), await store('full', 50)];
    const { backups } = await prune(30, false);
    expect(backups.map(({ file, outcome, reasons }) => [file === old, outcome, reasons])).toEqual([
      [false, 'kept', ['newest good backup of type full', 'younger than 30 days']],
      [true, 'would be deleted', ['older than 30 days, and no rule keeps it']],
    ]);
  });

  it('keeps by the rules of the settings, and by those of a command instead', async () => {
    const daily = [await store('full', 1), await store('full', 2), await store('full', 3)];
    const policy = { ...POLICY, keepDaily: 3 };
    await pruneOn(database, policy).run({ days: 0, confirm: true });
    expect(await files()).toEqual(daily.flatMap(file => [file, manifestKey(file)]).sort());
    await pruneOn(database, policy).run({ days: 0, rules: { keepDaily: 2 }, confirm: true });
    expect(await files()).not.toContain(daily[2]);
    expect(await files()).toContain(daily[1]);
  });

  it('keeps what is pinned until it is unpinned', async () => {
    const old = await store('full', 50);
    const backupId = inventedManifest(old, 'full', NOW, numbered).header.backup.id;
    await store('full', 1);
    const audit = new TypeormAuditLog(database, new MemoryKeyRing());
    const sources = new CopySources(new TestDestinations({ local: storage }), new MemoryCopyStore());
    const pins = new PinBackups(sources, new TypeormCatalog(database), retention, audit, clock);
    expect(await kindOf(pins.pin({ backupId, reason: ' ' }))).toBe('validation_error');
    expect(await kindOf(pins.pin({ backupId: '00000000-0000-4000-8000-00000000ffff', reason: 'x' }))).toBe(
      'not_found',
    );
    await pins.pin({ backupId, reason: 'year-end closing' }, { actor: shellActor('asha') });
    const { backups } = await prune(30);
    expect(backups.find(({ file }) => file === old)).toMatchObject({
      outcome: 'kept',
      reasons: ['pinned by asha: year-end closing'],
    });
    await pins.unpin(backupId);
    expect(await kindOf(pins.unpin(backupId))).toBe('not_found');
    await prune(30);
    expect(await files()).not.toContain(old);
  });

  it('does not take a backup for good that the last look found damaged', async () => {
    const [good, damaged] = [await store('full', 50), await store('full', 40)];
    const { id } = inventedManifest(damaged, 'full', NOW, numbered).header.backup;
    const look = `'00000000-0000-4000-8000-0000000000aa', 'verify', 'failed', '${id}', now(), now(), 1`;
    await execute(
      test.url,
      `INSERT INTO satchel.job (job_id, kind, state, backup_id, created_at, finished_at, attempt, error)
       VALUES (${look}, '{"kind": "invalid_backup", "message": "", "context": {}}')`,
    );
    await prune(0);
    expect(await files()).toEqual([good, manifestKey(good)]);
  });

  it('deletes nothing where it cannot know what is pinned', async () => {
    await store('full', 50);
    await store('full', 1);
    const before = await files();
    const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    expect(await kindOf(pruneOn(nowhere).run({ days: 30, confirm: true }))).toBe('unavailable');
    expect(await files()).toEqual(before);
    // A look is a look.
    expect((await pruneOn(nowhere).run({ days: 30, confirm: false })).warnings).toHaveLength(1);
    await nowhere.close();
  });

  it('reports a delete that fails, goes on, and tries again with growing pauses', async () => {
    const stuck = await store('full', 50);
    const other = await store('full', 60);
    await store('full', 1);
    storage.stuck.add(stuck);
    const useCase = pruneOn(database);
    const { backups } = await useCase.run({ days: 30, confirm: true });
    expect(backups.find(({ file }) => file === stuck)).toMatchObject({
      outcome: 'failed',
      reasons: [
        `${stuck} is in use.`,
        'could not be deleted once since 2026-03-31 12:00 UTC; tried again after 2026-03-31 12:05 UTC',
      ],
    });
    expect(await files()).not.toContain(other);
    const retry = new RetryDeletes(retention, useCase, clock);
    clock.advance(4 * 60_000);
    expect(await retry.run()).toBeNull();
    clock.advance(60_000);
    await retry.run();
    expect(await retention.failedDeletes()).toMatchObject([
      { file: stuck, attempts: 2, nextAttemptAt: new Date('2026-03-31T12:15:00.000Z') },
    ]);
    storage.stuck.clear();
    clock.advance(10 * 60_000);
    await retry.run();
    expect(await retention.failedDeletes()).toEqual([]);
    expect(await files()).not.toContain(stuck);
  });
});
