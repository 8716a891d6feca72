import { createHash } from 'node:crypto';
import { formatManifest } from '@satchel/archive';
import {
  CatalogDatabase,
  TypeormAlarmOutbox,
  TypeormAuditLog,
  TypeormCopyStore,
  TypeormJobStore,
  TypeormRetentionStore,
} from '@satchel/catalog';
import { manifestKey, type BackupStorage, type Copy, type Manifest, type StorageKey } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  createTestDatabase,
  FaultyStorage,
  FixedClock,
  newestTestServer,
  TestDestinations,
  type StorageFault,
  type StorageMethod,
  type TestDatabase,
} from '@satchel/testing';
import { MemoryKeyRing } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlarmChannels } from '../alarms/alarm-channels.js';
import { RaiseAlarms } from '../alarms/raise-alarms.js';
import { DamagedBackups } from '../alarms/sources/damaged-backups.js';
import { FailedCopies } from '../alarms/sources/failed-copies.js';
import { FailedDeletes } from '../alarms/sources/failed-deletes.js';
import { WatchOver } from '../alarms/watch-over.js';
import { inventedManifest } from '../testing/invented-manifest.js';
import { CopyRemoval } from './copy-removal.js';
import { CopySources } from './copy-sources.js';
import { KeepCopies, storedForm } from './keep-copies.js';
import { VerifyCopies } from './verify-copies.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const EVERY_DAYS = 8;
const ARCHIVE = Buffer.from('{"satchel": 1, "rows": "of an invented school"}\n'.repeat(50));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let database: TestDatabase;
let catalog: CatalogDatabase;
let outbox: TypeormAlarmOutbox;
let copies: TypeormCopyStore;
let clock: FixedClock;
let inner: { local: MemoryStorage; usb: MemoryStorage };
let local: FaultyStorage;
let usb: FaultyStorage;
let removal: CopyRemoval;
let keep: KeepCopies;
let verify: VerifyCopies;
let watchOver: WatchOver;
let sources: CopySources;
let numbered = 0;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  clock = new FixedClock(new Date());
  catalog = new CatalogDatabase(database.url);
  outbox = new TypeormAlarmOutbox(catalog);
  copies = new TypeormCopyStore(catalog);
  const audit = new TypeormAuditLog(catalog, new MemoryKeyRing());
  inner = { local: new MemoryStorage(), usb: new MemoryStorage() };
  local = new FaultyStorage(inner.local);
  usb = new FaultyStorage(inner.usb);
  const destinations = new TestDestinations({ local, usb });
  removal = new CopyRemoval(destinations, copies, clock);
  keep = new KeepCopies(destinations, copies, removal, audit, clock);
  verify = new VerifyCopies(destinations, copies, keep, audit, clock, EVERY_DAYS);
  sources = new CopySources(destinations, copies);
  const raise = new RaiseAlarms(outbox, new AlarmChannels([]), clock, log);
  watchOver = new WatchOver(
    [
      new FailedCopies(destinations, copies),
      new DamagedBackups(outbox, new TypeormJobStore(catalog), destinations, copies),
      new FailedDeletes(outbox, new TypeormRetentionStore(catalog), destinations, copies),
    ],
    outbox,
    raise,
    clock,
    log,
  );
});
afterEach(async () => {
  const leftOver = [...local.leftOver, ...usb.leftOver].map(({ kind }) => kind);
  await catalog.close();
  await database.drop();
  if (leftOver.length > 0) throw new Error(`faults that have hit nothing: ${leftOver.join(', ')}`);
});

async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < content.length; at += 500) yield content.subarray(at, at + 500);
}

/** A backup that has just been made in the primary. */
async function backUp(): Promise<Manifest> {
  const file = `full_${++numbered}.json`;
  const invented = inventedManifest(file, 'full', clock.now().toISOString(), numbered);
  const digest = `sha256:${createHash('sha256').update(ARCHIVE).digest('hex')}`;
  const manifest = { ...invented, stored: { ...invented.stored, digest, sizeBytes: ARCHIVE.length } };
  await inner.local.write(file, bytes(ARCHIVE));
  await inner.local.write(manifestKey(file), bytes(Buffer.from(formatManifest(manifest))));
  return manifest;
}

async function contentOf(storage: BackupStorage, key: StorageKey): Promise<string> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> = await storage.read(key);
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function expectWhole({ stored: { file } }: Manifest, ...storages: BackupStorage[]): Promise<void> {
  for (const storage of storages) {
    expect(await contentOf(storage, file)).toBe(ARCHIVE.toString());
    expect(await storage.stat(manifestKey(file))).not.toBeNull();
  }
}

async function stateIn(destination: string, { header }: Manifest): Promise<Copy['state'] | undefined> {
  return (await copies.find({ backupIds: [header.backup.id], destination }))[0]?.state;
}

/** What the watch finds when it looks now. */
async function alarms(): Promise<string[]> {
  await watchOver.run();
  return (await outbox.find({ open: true })).items
    .map(({ alarm }) => `${alarm.kind}:${alarm.subject.replace(/^[0-9a-f-]{36}/, 'backup')}`)
    .sort();
}

/** One row of the tables: what fails, and how. */
interface Fault {
  readonly name: string;
  readonly method: StorageMethod;
  readonly fault: StorageFault;
}

const WRITING: readonly Fault[] = [
  { name: 'refused', method: 'write', fault: { kind: 'refused' } },
  { name: 'throttled', method: 'write', fault: { kind: 'throttled' } },
  { name: 'cut at byte 0', method: 'write', fault: { kind: 'cut', afterBytes: 0 } },
  { name: 'cut at byte 1000', method: 'write', fault: { kind: 'cut', afterBytes: 1_000 } },
  { name: 'cut at its last byte', method: 'write', fault: { kind: 'cut', afterBytes: ARCHIVE.length - 1 } },
  { name: 'full', method: 'write', fault: { kind: 'full', afterBytes: 1_200 } },
  { name: 'storing other bytes', method: 'write', fault: { kind: 'changed', atByte: 1_234 } },
];

describe('a destination that is', () => {
  it.each(WRITING)(
    '$name leaves no half copy; it is told after three attempts, and over when the copy is there',
    async ({ method, fault }) => {
      const manifest = await backUp();
      usb.fail(method, fault);
      expect(await keep.afterBackup(manifest)).toMatchObject({ stored: 0, failed: 1 });
      expect(await alarms()).toEqual([]);
      for (const pauseMs of [MINUTE_MS, 2 * MINUTE_MS]) {
        clock.advance(pauseMs);
        usb.fail(method, fault);
        expect(await keep.run()).toMatchObject({ stored: 0, failed: 1 });
      }
      expect(await stateIn('usb', manifest)).toBe('failed');
      expect(await alarms()).toEqual(['copy_failed:usb']);
      expect(await inner.usb.stat(manifest.stored.file)).toBeNull();
      expect(await inner.usb.stat(manifestKey(manifest.stored.file))).toBeNull();
      await expectWhole(manifest, inner.local);
      clock.advance(4 * MINUTE_MS);
      expect(await keep.run()).toMatchObject({ stored: 1, failed: 0 });
      expect(await stateIn('usb', manifest)).toBe('stored');
      expect(await alarms()).toEqual([]);
      await expectWhole(manifest, inner.local, inner.usb);
    },
  );

  it.each(['refused', 'throttled'] as const)(
    '%s when it is looked into is told after a quarter of an hour, and gets its copy when it answers',
    async kind => {
      const manifest = await backUp();
      for (let minutes = 0; minutes < 15; minutes += 5) {
        usb.fail('list', { kind });
        await keep.run();
        expect(await stateIn('usb', manifest)).toBe('failed');
        expect(await alarms()).toEqual([]);
        clock.advance(5 * MINUTE_MS);
      }
      expect(await alarms()).toEqual(['copy_failed:usb']);
      clock.advance(MINUTE_MS);
      expect(await keep.run()).toMatchObject({ stored: 1, failed: 0 });
      expect(await alarms()).toEqual([]);
      await expectWhole(manifest, inner.local, inner.usb);
    },
  );

  it('slow is told after six hours, holds up nothing, and gets its copy in the end', async () => {
    const manifest = await backUp();
    let go = (): void => undefined;
    usb.fail('write', { kind: 'slow', until: new Promise<void>(resolve => (go = resolve)) });
    const copying = keep.afterBackup(manifest);
    await expect.poll(() => usb.leftOver).toEqual([]);
    expect(await stateIn('usb', manifest)).toBe('pending');
    // Another process looks meanwhile, and leaves it to the one that is at it.
    expect(await keep.run()).toMatchObject({ stored: 0, failed: 0 });
    expect(await alarms()).toEqual([]);
    clock.advance(6 * 60 * MINUTE_MS);
    expect(await alarms()).toEqual(['copy_failed:usb']);
    go();
    expect(await copying).toMatchObject({ stored: 1, failed: 0 });
    clock.advance(MINUTE_MS);
    expect(await alarms()).toEqual([]);
    await expectWhole(manifest, inner.local, inner.usb);
  });

  it.each(['refused', 'throttled'] as const)(
    '%s to delete is told after three attempts, and over when the copy is gone',
    async kind => {
      const manifest = await backUp();
      await keep.afterBackup(manifest);
      const { file } = manifest.stored;
      usb.fail('remove', { kind });
      await removal.around(storedForm(manifest), async () => {
        await inner.local.remove(file);
        await inner.local.remove(manifestKey(file));
      });
      for (const pauseMs of [MINUTE_MS, 2 * MINUTE_MS]) {
        expect(await alarms()).toEqual([]);
        clock.advance(pauseMs);
        usb.fail('remove', { kind });
        await keep.run();
      }
      expect(await alarms()).toEqual(['retention_failed:usb']);
      clock.advance(4 * MINUTE_MS);
      expect(await keep.run()).toMatchObject({ stored: 0, removed: 1 });
      expect(await alarms()).toEqual([]);
      expect(await inner.usb.stat(file)).toBeNull();
      expect(await inner.local.stat(file)).toBeNull();
    },
  );
});

describe('a stored copy that is', () => {
  const reading: readonly (Fault & { readonly lost: boolean })[] = [
    { name: 'out of reach', method: 'read', fault: { kind: 'refused' }, lost: false },
    { name: 'held back', method: 'read', fault: { kind: 'throttled' }, lost: false },
    { name: 'cut off on the way', method: 'read', fault: { kind: 'cut', afterBytes: 700 }, lost: false },
    { name: 'other bytes than it was', method: 'read', fault: { kind: 'changed', atByte: 700 }, lost: true },
  ];

  it.each(reading)(
    '$name is taken for lost only if it is, and told as long as nothing better can be had',
    async ({ method, fault, lost }) => {
      const manifest = await backUp();
      await keep.afterBackup(manifest);
      const isArchive = (key: StorageKey): boolean => key === manifest.stored.file;
      clock.advance(EVERY_DAYS * DAY_MS);
      usb.fail(method, fault, isArchive);
      // The primary is away at that moment: nothing can be replaced at once.
      if (lost) local.fail('list', { kind: 'refused' });
      // One copy in each run.
      await verify.run();
      await verify.run();
      expect(await stateIn('usb', manifest)).toBe(lost ? 'damaged' : 'stored');
      expect(await alarms()).toEqual(lost ? ['copy_damaged:backup usb'] : []);
      // Whoever restores gets a good one.
      expect(
        await sources.findIn(manifest.header.backup.id, (storage, { name }) =>
          contentOf(storage, manifest.stored.file).then(content => [name, content]),
        ),
      ).toEqual(['local', ARCHIVE.toString()]);
      clock.advance(MINUTE_MS);
      await keep.run();
      expect(await stateIn('usb', manifest)).toBe('stored');
      expect(await alarms()).toEqual([]);
      await expectWhole(manifest, inner.local, inner.usb);
    },
  );

  it('gone is told until it was replaced', async () => {
    const manifest = await backUp();
    await keep.afterBackup(manifest);
    await inner.usb.remove(manifest.stored.file);
    usb.fail('write', { kind: 'full', afterBytes: 100 });
    expect(await keep.run()).toMatchObject({ stored: 0, failed: 1 });
    expect(await stateIn('usb', manifest)).toBe('missing');
    expect(await alarms()).toEqual(['copy_damaged:backup usb']);
    clock.advance(MINUTE_MS);
    expect(await keep.run()).toMatchObject({ stored: 1 });
    expect(await alarms()).toEqual([]);
    await expectWhole(manifest, inner.local, inner.usb);
  });
});
