import { formatManifest } from '@satchel/archive';
import { CatalogDatabase, TypeormAuditLog, TypeormCatalog, TypeormRetentionStore } from '@satchel/catalog';
import { BackupError, KEEP_NOTHING_MORE, manifestKey, shellActor, type AuditEvent } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  createTestDatabase,
  FixedClock,
  newestTestServer,
  type TestDatabase,
  MemoryCopyStore,
  TestDestinations,
} from '@satchel/testing';
import { kindOf, MemoryKeyRing } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTrail } from './audit-trail.js';
import { CopyRemoval } from './copies/copy-removal.js';
import { CopySources } from './copies/copy-sources.js';
import { DeleteBackup } from './delete-backup.js';
import { PruneBackups } from './prune-backups.js';
import { RebuildCatalog } from './rebuild-catalog.js';
import { inventedManifest } from './testing/invented-manifest.js';
import { VerifyBackup } from './verify-backup.js';

const LOCATION = '/srv/backups';
const ACTOR = shellActor('asha');
const clock = new FixedClock('2026-03-31T12:00:00.000Z');

let database: TestDatabase;
let catalogDatabase: CatalogDatabase;
let catalog: TypeormCatalog;
let audit: TypeormAuditLog;
let storage: MemoryStorage;
let numbered = 0;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  catalogDatabase = new CatalogDatabase(database.url);
  catalog = new TypeormCatalog(catalogDatabase);
  audit = new TypeormAuditLog(catalogDatabase, new MemoryKeyRing());
  storage = new MemoryStorage();
});
afterEach(async () => {
  await catalogDatabase.close();
  await database.drop();
});

async function* bytes(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(Buffer.from(text));
}

/** Stores a backup that ended so many days ago. */
async function store(type: string, daysAgo: number): Promise<{ backupId: string; file: string }> {
  const file = `${type}_${++numbered}.json`;
  const at = new Date(clock.now().getTime() - daysAgo * 86_400_000).toISOString();
  const manifest = inventedManifest(file, type, at, numbered);
  await storage.write(file, bytes('archive'));
  await storage.write(manifestKey(file), bytes(formatManifest(manifest)));
  return { backupId: manifest.header.backup.id, file };
}

function sources(): CopySources {
  return new CopySources(new TestDestinations({ local: storage }), new MemoryCopyStore());
}

function removal(): CopyRemoval {
  return new CopyRemoval(new TestDestinations({ local: storage }), new MemoryCopyStore(), clock);
}

async function log(): Promise<readonly AuditEvent[]> {
  return (await audit.find({})).items;
}

async function files(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list()) keys.push(key);
  return keys.sort();
}

describe('DeleteBackup', () => {
  const remove = (backupId: string, force = false) =>
    new DeleteBackup(
      storage,
      LOCATION,
      catalog,
      audit,
      clock,
      new TypeormRetentionStore(catalogDatabase),
      removal(),
    ).run({ backupId, force }, { actor: ACTOR });

  it('deletes archive and manifest, marks the record, and records who did it', async () => {
    const old = await store('full', 9);
    const young = await store('full', 1);
    expect(await remove(old.backupId)).toEqual({
      backupId: old.backupId,
      scopeName: 'full',
      file: old.file,
      freedBytes: 7,
      fileMissing: false,
      warnings: [],
    });
    expect(await files()).toEqual([young.file, manifestKey(young.file)]);
    expect(await catalog.get(old.backupId)).toMatchObject({ state: 'success', deletedAt: clock.now() });
    expect(await log()).toMatchObject([
      {
        actor: ACTOR,
        action: 'backup.delete',
        outcome: 'success',
        subject: old.backupId,
        details: { force: false, type: 'full', file: old.file, freedBytes: 7 },
      },
    ]);
    expect(await kindOf(remove(old.backupId))).toBe('not_found');
  });

  it('keeps the newest good backup of a type, unless it is forced', async () => {
    const old = await store('full', 9);
    const newest = await store('full', 1);
    await store('students', 0);
    await storage.remove(newest.file);
    expect(await kindOf(remove(old.backupId))).toBe('conflict');
    // Without its archive the newest protects nothing.
    expect(await remove(newest.backupId)).toMatchObject({ fileMissing: true, freedBytes: 0 });
    expect(await kindOf(remove(old.backupId))).toBe('conflict');
    expect(await kindOf(remove(old.backupId, true))).toBe('no error');
    expect((await log()).map(({ outcome, details }) => [outcome, details['error'] ?? null])).toEqual([
      ['success', null],
      ['failed', 'conflict'],
      ['success', null],
      ['failed', 'conflict'],
    ]);
  });

  it('marks one whose file is gone, and one that failed; not one that runs or is stored elsewhere', async () => {
    const gone = await store('full', 1);
    const rebuild = () => new RebuildCatalog(sources(), LOCATION, catalog, audit).run({ actor: ACTOR });
    await rebuild();
    await storage.remove(gone.file);
    await storage.remove(manifestKey(gone.file));
    expect(await remove(gone.backupId)).toMatchObject({ fileMissing: true, file: gone.file });
    expect((await catalog.get(gone.backupId))?.deletedAt).toEqual(clock.now());

    const begin = async (backupId: string) =>
      catalog.begin({ backupId, scopeName: 'full', name: null, requestedBy: null, startedAt: clock.now() });
    const [running, failed] = [
      '00000000-0000-4000-9000-000000000001',
      '00000000-0000-4000-9000-000000000002',
    ];
    await begin(running);
    expect(await kindOf(remove(running))).toBe('conflict');
    await begin(failed);
    await catalog.fail(failed, 'failed', { kind: 'system_error', message: 'x', context: {} });
    expect(await remove(failed)).toMatchObject({ file: null, fileMissing: true });

    const elsewhere = inventedManifest('other.json', 'full', clock.now().toISOString(), 999);
    await catalog.adopt('/mnt/disk', elsewhere);
    expect(await kindOf(remove(elsewhere.header.backup.id))).toBe('conflict');
    expect(await kindOf(remove('00000000-0000-4000-9000-00000000000f'))).toBe('not_found');
  });

  it('deletes although the catalog is away, with a warning for each thing that is not noted', async () => {
    const old = await store('full', 9);
    await store('full', 1);
    await catalogDatabase.close();
    const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    const lost = new TypeormAuditLog(nowhere, new MemoryKeyRing());
    const useCase = new DeleteBackup(
      storage,
      LOCATION,
      new TypeormCatalog(nowhere),
      lost,
      clock,
      new TypeormRetentionStore(nowhere),
      removal(),
    );
    const { warnings } = await useCase.run({ backupId: old.backupId, force: false });
    expect(warnings).toEqual([
      expect.stringContaining('catalog could not be used'),
      expect.stringContaining('not in the audit log'),
    ]);
    expect(await files()).not.toContain(old.file);
    await nowhere.close();
  });
});

describe('the audit log', () => {
  it('has an entry for a cleanup and each backup that it deleted, none for a look', async () => {
    const old = await store('full', 40);
    await store('full', 1);
    const prune = new PruneBackups(
      storage,
      catalog,
      audit,
      clock,
      new TypeormRetentionStore(catalogDatabase),
      {
        ...KEEP_NOTHING_MORE,
        days: 30,
        timeZone: 'UTC',
      },
      removal(),
    );
    await prune.run({ days: 30, confirm: false }, { actor: ACTOR });
    expect(await log()).toEqual([]);
    expect((await prune.run({ days: 30, confirm: true }, { actor: ACTOR })).warnings).toEqual([
      expect.stringContaining('has no'),
    ]);
    expect(await log()).toMatchObject([
      {
        action: 'backup.cleanup',
        outcome: 'success',
        actor: ACTOR,
        details: { deleted: 1, failed: 0, freedBytes: 7 },
      },
      { action: 'backup.delete', subject: old.backupId, details: { cleanup: true } },
    ]);
  });

  it('has a verify that failed, and none of a loose file that somebody looks at in a shell', async () => {
    const { file } = await store('full', 1);
    const manifest = inventedManifest(file, 'full', clock.now().toISOString(), 1);
    const opened = { name: file, sizeBytes: 7, open: () => storage.read(file) };
    const verify = new VerifyBackup(catalog, audit, new MemoryKeyRing(), clock);
    expect(await kindOf(verify.run({ file: opened, manifest: null }, { actor: ACTOR }))).toBe(
      'invalid_backup',
    );
    expect(await log()).toEqual([]);
    expect(await kindOf(verify.run({ file: opened, manifest }, { actor: ACTOR }))).toBe('invalid_backup');
    expect(await log()).toMatchObject([
      { action: 'backup.verify', outcome: 'failed', details: { error: 'invalid_backup', file } },
    ]);
    const remote = { ...ACTOR, channel: 'api' as const };
    expect(await kindOf(verify.run({ file: opened, manifest: null }, { actor: remote }))).toBe(
      'invalid_backup',
    );
    expect(await log()).toHaveLength(2);
  });

  it.each([
    ['cancelled', 'cancelled'],
    ['permission_error', 'refused'],
    ['auth_error', 'refused'],
    ['restore_failed', 'failed'],
    ['unavailable', 'failed'],
  ] as const)('calls the end with %s %s, and keeps neither message nor context', async (kind, outcome) => {
    const action = {
      actor: ACTOR,
      action: 'restore.run' as const,
      subject: null,
      details: { mode: 'merge' },
    };
    const failing = () => Promise.reject(new BackupError(kind, 'row of Asha', { key: 'Asha' }));
    const trail = new AuditTrail(audit);
    expect(await kindOf(trail.run(action, failing, () => ({})))).toBe(kind);
    const [entry] = await log();
    expect(entry).toMatchObject({ outcome, details: { mode: 'merge', error: kind } });
    expect(JSON.stringify(entry?.details)).not.toContain('Asha');
  });
});
