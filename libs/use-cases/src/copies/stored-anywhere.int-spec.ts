import { formatManifest } from '@satchel/archive';
import {
  CatalogDatabase,
  TypeormAuditLog,
  TypeormCatalog,
  TypeormCopyStore,
  TypeormRetentionStore,
} from '@satchel/catalog';
import { manifestKey, type BackupStorage, type Manifest } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  createTestDatabase,
  FaultyStorage,
  FixedClock,
  newestTestServer,
  TestDestinations,
  type TestDatabase,
} from '@satchel/testing';
import { kindOf, MemoryKeyRing } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListBackups } from '../list-backups.js';
import { RebuildCatalog } from '../rebuild-catalog.js';
import type { RestoreBackup } from '../restore-backup.js';
import { PinBackups } from '../retention/pin-backups.js';
import { inventedManifest } from '../testing/invented-manifest.js';
import { UndoRestore } from '../undo-restore.js';
import { CopyRemoval } from './copy-removal.js';
import { CopySources } from './copy-sources.js';
import { storedForm } from './keep-copies.js';

const RESTORE_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const clock = new FixedClock('2026-03-31T12:00:00.000Z');

let database: TestDatabase;
let catalogDatabase: CatalogDatabase;
let catalog: TypeormCatalog;
let copies: TypeormCopyStore;
let inner: { local: MemoryStorage; usb: MemoryStorage };
let local: FaultyStorage;
let usb: FaultyStorage;
let destinations: TestDestinations;
let sources: CopySources;
let list: ListBackups;
let rebuild: RebuildCatalog;
let pins: PinBackups;
let undo: UndoRestore;
let numbered = 0;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  catalogDatabase = new CatalogDatabase(database.url);
  catalog = new TypeormCatalog(catalogDatabase);
  copies = new TypeormCopyStore(catalogDatabase);
  const audit = new TypeormAuditLog(catalogDatabase, new MemoryKeyRing());
  inner = { local: new MemoryStorage(), usb: new MemoryStorage() };
  local = new FaultyStorage(inner.local);
  usb = new FaultyStorage(inner.usb);
  destinations = new TestDestinations({ local, usb });
  sources = new CopySources(destinations, copies);
  const [{ location }] = destinations.all;
  list = new ListBackups(sources, location, catalog, copies);
  rebuild = new RebuildCatalog(sources, location, catalog, audit);
  pins = new PinBackups(sources, catalog, new TypeormRetentionStore(catalogDatabase), audit, clock);
  // Which file is meant is found without the restore itself.
  undo = new UndoRestore({} as RestoreBackup, sources);
});
afterEach(async () => {
  await catalogDatabase.close();
  await database.drop();
});

async function* bytes(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(Buffer.from(text));
}

async function store(
  archives: readonly (readonly [storage: BackupStorage, content: string])[],
  { safety = false } = {},
): Promise<Manifest> {
  const file = `full_${++numbered}.json`;
  const invented = inventedManifest(file, safety ? 'safety' : 'full', clock.now().toISOString(), numbered);
  const backup = {
    ...invented.header.backup,
    ...(safety && { safety: { restoreId: RESTORE_ID, transactionId: '7' } }),
  };
  const manifest = { ...invented, header: { ...invented.header, backup } };
  for (const [storage, content] of archives) {
    if (content !== '') await storage.write(file, bytes(content));
    await storage.write(manifestKey(file), bytes(formatManifest(manifest)));
  }
  return manifest;
}

const filesFound = async () => {
  const { backups, warnings } = await list.run({ limit: 10 });
  return { found: Object.fromEntries(backups.map(one => [one.file, one.fileFound])), warnings };
};

describe('what one destination alone has', () => {
  it('is listed, and found wherever it is whole', async () => {
    const both = await store([
      [inner.local, 'archive'],
      [inner.usb, 'archive'],
    ]);
    const lost = await store([
      [inner.local, ''],
      [inner.usb, 'archive'],
    ]);
    const cut = await store([
      [inner.local, 'arch'],
      [inner.usb, 'archive'],
    ]);
    const elsewhere = await store([[inner.usb, 'archive']]);
    const nowhere = await store([
      [inner.local, ''],
      [inner.usb, 'arch'],
    ]);
    expect((await filesFound()).found).toEqual({
      [both.stored.file]: true,
      [lost.stored.file]: true,
      [cut.stored.file]: true,
      [elsewhere.stored.file]: true,
      [nowhere.stored.file]: false,
    });
  });

  it('is listed while the primary is out of reach, with a warning; not if all are', async () => {
    const { stored } = await store([[inner.usb, 'archive']]);
    local.fail('list', { kind: 'refused' });
    expect(await filesFound()).toEqual({
      found: { [stored.file]: true },
      warnings: ['The destination local: The connection was refused.'],
    });
    local.fail('list', { kind: 'refused' });
    usb.fail('list', { kind: 'throttled' });
    await expect(filesFound()).rejects.toMatchObject({ message: 'The connection was refused.' });
  });

  it('is in a catalog that is built anew, once', async () => {
    const { header } = await store([[inner.usb, 'archive']]);
    expect(await rebuild.run()).toMatchObject({ added: 1, warnings: [] });
    expect(await rebuild.run()).toMatchObject({ added: 0, unchanged: 1 });
    expect(await catalog.get(header.backup.id)).toMatchObject({ state: 'success', location: '/srv/local' });
  });

  it('does not come back where it was deleted, and is only still to be removed', async () => {
    const manifest = await store([
      [inner.local, 'archive'],
      [inner.usb, 'archive'],
    ]);
    usb.fail('remove', { kind: 'refused' });
    await new CopyRemoval(destinations, copies, clock).around(storedForm(manifest), async () => {
      await inner.local.remove(manifest.stored.file);
      await inner.local.remove(manifestKey(manifest.stored.file));
    });
    expect(await inner.usb.stat(manifest.stored.file)).not.toBeNull();
    expect(await rebuild.run()).toMatchObject({ added: 0, updated: 0, unchanged: 0 });
    expect(await filesFound()).toEqual({ found: {}, warnings: [] });
  });

  it('can be pinned', async () => {
    const { header } = await store([[inner.usb, 'archive']]);
    await pins.pin({ backupId: header.backup.id, reason: 'year-end closing' });
    expect(await pins.list()).toMatchObject([{ backupId: header.backup.id }]);
    expect(await kindOf(pins.pin({ backupId: RESTORE_ID, reason: 'x' }))).toBe('not_found');
  });

  it('can be undone with', async () => {
    expect(await kindOf(undo.safetyFile(RESTORE_ID))).toBe('not_found');
    const { stored } = await store(
      [
        [inner.local, 'arch'],
        [inner.usb, 'archive'],
      ],
      { safety: true },
    );
    expect(await undo.safetyFile(RESTORE_ID)).toMatchObject({ name: stored.file, sizeBytes: 7 });
    local.fail('list', { kind: 'refused' }).fail('stat', { kind: 'refused' });
    expect(await undo.safetyFile(RESTORE_ID)).toMatchObject({ name: stored.file, sizeBytes: 7 });
  });
});
