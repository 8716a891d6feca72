import { createHash } from 'node:crypto';
import { formatManifest } from '@satchel/archive';
import {
  AuditLog,
  manifestKey,
  type AuditEvent,
  type BackupStorage,
  type ChosenDestinations,
  type Copy,
  type Manifest,
  type NewAuditEvent,
} from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  FaultyStorage,
  FixedClock,
  MemoryCopyStore,
  TestDestinations,
  type StorageFault,
} from '@satchel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { inventedManifest } from '../testing/invented-manifest.js';
import { CopyRemoval } from './copy-removal.js';
import { CopySources } from './copy-sources.js';
import { KeepCopies, storedForm } from './keep-copies.js';
import { VerifyCopies } from './verify-copies.js';

const NOW = '2026-03-31T12:00:00.000Z';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Remembers what was recorded; the real log wants a database, and has tests of its own. */
class Recorded extends AuditLog {
  readonly events: NewAuditEvent[] = [];

  async record(event: NewAuditEvent): Promise<AuditEvent> {
    this.events.push(event);
    return { ...event, number: this.events.length, at: new Date(NOW), hash: '' };
  }

  find(): never {
    throw new Error('nobody asks');
  }

  stream(): never {
    throw new Error('nobody asks');
  }

  verify(): never {
    throw new Error('nobody asks');
  }

  forget(): never {
    throw new Error('nobody asks');
  }
}

const ARCHIVE = Buffer.from('{"satchel": 1, "rows": "of an invented school"}\n'.repeat(50));

let inner: { local: MemoryStorage; usb: MemoryStorage; cloud: MemoryStorage };
let local: FaultyStorage;
let usb: FaultyStorage;
let cloud: FaultyStorage;
let destinations: TestDestinations;
let copies: MemoryCopyStore;
let clock: FixedClock;
let audit: Recorded;
let removal: CopyRemoval;
let keep: KeepCopies;
let numbered = 0;

beforeEach(() => {
  inner = { local: new MemoryStorage(), usb: new MemoryStorage(), cloud: new MemoryStorage() };
  local = new FaultyStorage(inner.local);
  usb = new FaultyStorage(inner.usb);
  cloud = new FaultyStorage(inner.cloud);
  destinations = new TestDestinations({ local, usb, cloud });
  copies = new MemoryCopyStore();
  clock = new FixedClock(NOW);
  audit = new Recorded();
  removal = new CopyRemoval(destinations, copies, clock);
  keep = new KeepCopies(destinations, copies, removal, audit, clock);
});

async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < content.length; at += 500) yield content.subarray(at, at + 500);
}

async function store(
  storage: BackupStorage = inner.local,
  chosen: ChosenDestinations = null,
): Promise<Manifest> {
  const file = `full_${++numbered}.json`;
  const invented = inventedManifest(file, 'full', NOW, numbered);
  const digest = `sha256:${createHash('sha256').update(ARCHIVE).digest('hex')}`;
  const manifest = {
    ...invented,
    stored: { ...invented.stored, digest, sizeBytes: ARCHIVE.length },
    ...(chosen && { destinations: chosen }),
  };
  await storage.write(file, bytes(ARCHIVE));
  await storage.write(manifestKey(file), bytes(Buffer.from(formatManifest(manifest))));
  return manifest;
}

async function contentOf(storage: BackupStorage, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> = await storage.read(key);
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function keysOf(storage: BackupStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list()) keys.push(key);
  return keys.sort();
}

async function statesOf({ header }: Manifest): Promise<Record<string, Copy['state']>> {
  const found = await copies.find({ backupIds: [header.backup.id] });
  return Object.fromEntries(found.map(copy => [copy.destination, copy.state]));
}

async function expectWhole(manifest: Manifest, ...storages: BackupStorage[]): Promise<void> {
  for (const storage of storages) {
    expect(await contentOf(storage, manifest.stored.file)).toBe(ARCHIVE.toString());
    expect(await contentOf(storage, manifestKey(manifest.stored.file))).toBe(formatManifest(manifest));
  }
}

/** Puts other bytes in the place of an archive. */
async function damage(storage: BackupStorage, { stored: { file } }: Manifest): Promise<void> {
  await storage.remove(file);
  await storage.write(file, bytes(Buffer.from(ARCHIVE).fill('x', 100, 101)));
}

/** Something to wait for until the test lets it go on. */
function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>(go => (resolve = go));
  return { promise, resolve };
}

/** Each way in which a storage can fail while something is written to it, or read from it. */
const FAULTS: readonly (readonly [string, StorageFault])[] = [
  ['refused', { kind: 'refused' }],
  ['throttled', { kind: 'throttled' }],
  ['cut at byte 1000', { kind: 'cut', afterBytes: 1_000 }],
  ['full', { kind: 'full', afterBytes: 1_200 }],
  ['giving other bytes', { kind: 'changed', atByte: 1_234 }],
];

describe('KeepCopies', () => {
  it('brings a new backup to every destination, archive and manifest', async () => {
    const manifest = await store();
    expect(await keep.afterBackup(manifest)).toEqual({ stored: 2, removed: 0, failed: 0, warnings: [] });
    await expectWhole(manifest, inner.usb, inner.cloud);
    expect(await copies.find()).toMatchObject(
      ['local', 'usb', 'cloud'].map(destination => ({
        destination,
        state: 'stored',
        digest: manifest.stored.digest,
        verifiedAt: new Date(NOW),
        attempts: 0,
      })),
    );
  });

  it('finds what nobody has told it of, and does nothing where all is as it should be', async () => {
    const manifests = [await store(), await store(inner.cloud)];
    expect(await keep.run()).toEqual({ stored: 4, removed: 0, failed: 0, warnings: [] });
    for (const manifest of manifests) await expectWhole(manifest, inner.local, inner.usb, inner.cloud);
    expect(await keep.run()).toEqual({ stored: 0, removed: 0, failed: 0, warnings: [] });
  });

  it('copies nothing that is not a whole backup', async () => {
    await inner.local.write('interrupted.json', bytes(ARCHIVE));
    const cut = await store();
    await inner.local.remove(cut.stored.file);
    await inner.local.write(cut.stored.file, bytes(ARCHIVE.subarray(9)));
    expect(await keep.run()).toMatchObject({ stored: 0, failed: 0 });
    expect(await keysOf(inner.usb)).toEqual([]);
  });

  it.each(FAULTS)(
    'survives a destination that is %s: the others get theirs, it is tried again',
    async (_, fault) => {
      const manifest = await store();
      usb.fail('write', fault);
      const first = await keep.afterBackup(manifest);
      expect(first).toMatchObject({ stored: 1, failed: 1 });
      expect(first.warnings).toEqual([
        expect.stringContaining(`The copy of ${manifest.stored.file} in usb failed`),
      ]);
      expect(usb.leftOver).toEqual([]);
      await expectWhole(manifest, inner.local, inner.cloud);
      // Nothing of a copy that failed is there, and so nothing that a restore could take for a backup.
      expect(await keysOf(inner.usb)).toEqual([]);
      expect(await statesOf(manifest)).toMatchObject({ usb: 'failed', cloud: 'stored' });
      expect(await keep.run()).toMatchObject({ stored: 0, failed: 0 });
      clock.advance(MINUTE_MS);
      expect(await keep.run()).toMatchObject({ stored: 1, failed: 0 });
      await expectWhole(manifest, inner.local, inner.usb, inner.cloud);
      expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored', cloud: 'stored' });
    },
  );

  it('is not held up by a destination that is slow', async () => {
    const manifest = await store();
    const { promise: until, resolve } = gate();
    usb.fail('write', { kind: 'slow', until });
    const running = keep.afterBackup(manifest);
    await expect.poll(() => statesOf(manifest)).toMatchObject({ usb: 'pending', cloud: 'stored' });
    resolve();
    expect(await running).toMatchObject({ stored: 2, failed: 0 });
    await expectWhole(manifest, inner.usb);
  });

  it('waits longer after each failure, an hour and more, but never longer than six', async () => {
    const manifest = await store();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      usb.fail('write', { kind: 'refused' });
      await keep.run();
      const [copy] = await copies.find({ destination: 'usb' });
      const next = copy?.nextTryAt?.getTime() ?? 0;
      pauses.push((next - clock.now().getTime()) / MINUTE_MS);
      expect(copy).toMatchObject({ state: 'failed', attempts: attempt + 1, error: { kind: 'unavailable' } });
      clock.advance(next - clock.now().getTime());
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
    await keep.run();
    expect(await statesOf(manifest)).toMatchObject({ usb: 'stored' });
  });

  it('copies one thing once, however many processes ask for it at the same time', async () => {
    const manifest = await store();
    let writes = 0;
    const counting = new FaultyStorage(inner.usb);
    const write = counting.write.bind(counting);
    counting.write = (...args) => {
      writes += 1;
      return write(...args);
    };
    const places = new TestDestinations({ local, usb: counting });
    const processes = Array.from({ length: 4 }, () => new KeepCopies(places, copies, removal, audit, clock));
    const results = await Promise.all(processes.map(one => one.run()));
    expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBeGreaterThanOrEqual(1);
    expect(writes).toBe(2);
    await expectWhole(manifest, inner.usb);
  });

  it('takes the copy of another destination where a source is damaged, and mends the source', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    await inner.cloud.remove(manifest.stored.file);
    await damage(inner.local, manifest);
    await keep.run();
    await keep.run();
    await expectWhole(manifest, inner.local, inner.usb, inner.cloud);
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored', cloud: 'stored' });
    expect(audit.events).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ action: 'copy.replace', outcome: 'success' }),
        expect.objectContaining({
          action: 'copy.verify',
          outcome: 'failed',
          details: { file: manifest.stored.file, destination: 'local', state: 'damaged' },
        }),
      ]),
    );
  });

  it('leaves a damaged copy where nothing better is to be had', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    for (const storage of Object.values(inner)) await damage(storage, manifest);
    await copies.save({ ...(await copyIn('usb', manifest)), state: 'damaged', nextTryAt: new Date(NOW) });
    expect(await keep.run()).toMatchObject({ stored: 0, failed: 1 });
    expect(await keysOf(inner.usb)).toContain(manifest.stored.file);
    expect(await statesOf(manifest)).toEqual({ local: 'damaged', usb: 'damaged', cloud: 'damaged' });
  });
});

async function copyIn(destination: string, { header }: Manifest): Promise<Copy> {
  const [copy] = await copies.find({ backupIds: [header.backup.id], destination });
  if (copy === undefined) throw new Error('no such copy');
  return copy;
}

const removeIn = (storage: BackupStorage, manifest: Manifest) => async () => {
  await storage.remove(manifest.stored.file);
  await storage.remove(manifestKey(manifest.stored.file));
};

describe('a backup that is meant for some destinations', () => {
  const NOTHING_TO_DO = { stored: 0, removed: 0, failed: 0, warnings: [] };
  const meantFor = (...chosen: string[]) => store(inner.local, chosen);
  /** As after the catalog was lost. */
  const forgetAll = () => {
    copies = new MemoryCopyStore();
    removal = new CopyRemoval(destinations, copies, clock);
    keep = new KeepCopies(destinations, copies, removal, audit, clock);
  };

  it('is brought to these and lacks nothing, also where all that was known is lost', async () => {
    const manifest = await meantFor('local', 'usb');
    const states = { local: 'stored', usb: 'stored' };
    expect(await keep.afterBackup(manifest)).toEqual({ ...NOTHING_TO_DO, stored: 1 });
    expect(await keep.run({ atOnce: true })).toEqual(NOTHING_TO_DO);
    expect(await statesOf(manifest)).toEqual(states);
    forgetAll();
    await inner.usb.remove(manifest.stored.file);
    expect(await keep.run()).toEqual({ ...NOTHING_TO_DO, stored: 1 });
    expect(await keep.run()).toEqual(NOTHING_TO_DO);
    expect(await statesOf(manifest)).toEqual(states);
    await expectWhole(manifest, inner.local, inner.usb);
    expect(await keysOf(inner.cloud)).toEqual([]);
  });

  it('is in the primary in any case, and in no destination that comes later', async () => {
    const manifest = await store(inner.usb, ['usb', 'tape']);
    expect(await keep.run()).toEqual({ ...NOTHING_TO_DO, stored: 1 });
    await expectWhole(manifest, inner.local, inner.usb);
    const [everywhere, attic, tape] = [await store(), new MemoryStorage(), new MemoryStorage()];
    destinations = new TestDestinations({ local, usb, attic, tape });
    keep = new KeepCopies(destinations, copies, removal, audit, clock);
    await keep.run();
    await expectWhole(everywhere, attic, tape);
    // One that has come back counts again.
    await expectWhole(manifest, tape);
    expect(await attic.stat(manifest.stored.file)).toBeNull();
  });

  it('has no trouble with a destination that it is not meant for and that is away', async () => {
    const manifest = await meantFor('usb');
    cloud.fail('list', { kind: 'refused' });
    const { stored, failed } = await keep.run();
    expect({ stored, failed }).toEqual({ stored: 1, failed: 0 });
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored' });
  });

  it('may be somewhere else too: that helps as a source, and is not missed when it goes', async () => {
    const manifest = await store(inner.cloud, ['usb']);
    expect(await keep.run()).toMatchObject({ stored: 2 });
    await expectWhole(manifest, inner.local, inner.usb);
    const there = { ...(await copyIn('usb', manifest)), destination: 'cloud' };
    await copies.save(there);
    await keep.run();
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored', cloud: 'stored' });
    const lost = [
      () => copies.save({ ...there, state: 'damaged' }),
      () => copies.save(there).then(removeIn(inner.cloud, manifest)),
    ];
    for (const lose of lost) {
      await lose();
      expect(await keep.run()).toEqual(NOTHING_TO_DO);
      expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored' });
    }
    expect(audit.events).toEqual([]);
  });

  it('stays so where a process of an older version has noted a copy', async () => {
    const manifest = await meantFor('usb');
    await keep.afterBackup(manifest);
    for (const destination of ['usb', 'cloud']) {
      await copies.save({ ...(await copyIn('usb', manifest)), destination, destinations: null });
    }
    expect(await keep.run()).toEqual(NOTHING_TO_DO);
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored' });
  });

  it('is deleted where it is, and owed nowhere else', async () => {
    const manifest = await meantFor('usb');
    await keep.afterBackup(manifest);
    cloud.fail('remove', { kind: 'refused' });
    expect(await removal.around(storedForm(manifest), removeIn(local, manifest))).toEqual({
      removed: 1,
      failed: 0,
      warnings: [],
    });
    expect(cloud.leftOver).toEqual([]);
    expect(await copies.find()).toEqual([]);
    expect(await keep.run({ atOnce: true })).toEqual(NOTHING_TO_DO);
  });

  it('does not come back from where somebody has put it', async () => {
    const manifest = await store(inner.cloud, ['usb']);
    await keep.run();
    await removal.around(storedForm(manifest), removeIn(local, manifest));
    await keep.run();
    for (const storage of Object.values(inner)) expect(await keysOf(storage)).toEqual([]);
  });

  it('is owed where its manifest is gone as its copies say', async () => {
    const manifest = await meantFor('usb');
    await keep.afterBackup(manifest);
    cloud.fail('remove', { kind: 'refused' });
    const form = { ...storedForm(manifest), destinations: null };
    expect(await removal.around(form, async () => undefined)).toMatchObject({ removed: 1, failed: 0 });
  });
});

describe('CopyRemoval', () => {
  it('removes a backup from every destination, and nothing brings it back', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    expect(await removal.around(storedForm(manifest), removeIn(local, manifest))).toEqual({
      removed: 2,
      failed: 0,
      warnings: [],
    });
    await keep.run();
    for (const storage of Object.values(inner)) expect(await keysOf(storage)).toEqual([]);
    expect(await copies.find()).toEqual([]);
  });

  it('tells of a destination that fails, stops nothing else, and removes it there later', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    usb.fail('remove', { kind: 'refused' });
    const result = await removal.around(storedForm(manifest), removeIn(local, manifest));
    expect(result).toMatchObject({ removed: 1, failed: 1 });
    expect(result.warnings).toEqual([
      expect.stringMatching(/could not be removed from usb, which is tried again/),
    ]);
    expect(await keysOf(inner.cloud)).toEqual([]);
    // Still there, but no source for anybody.
    expect(await keep.run()).toMatchObject({ stored: 0, removed: 0 });
    expect(await keysOf(inner.local)).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(await keep.run()).toMatchObject({ stored: 0, removed: 1 });
    expect(await keysOf(inner.usb)).toEqual([]);
  });

  it('removes nothing elsewhere where the primary fails', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    local.fail('remove', { kind: 'refused' });
    await expect(removal.around(storedForm(manifest), removeIn(local, manifest))).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await keep.run();
    await expectWhole(manifest, inner.local, inner.usb, inner.cloud);
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored', cloud: 'stored' });
  });

  it('does not let a copy that is under way bring a deleted backup back', async () => {
    const manifest = await store();
    const { promise: until, resolve } = gate();
    usb.fail('write', { kind: 'slow', until }, key => key === manifestKey(manifest.stored.file));
    const copying = keep.afterBackup(manifest);
    await expect.poll(() => usb.leftOver).toEqual([]);
    await removal.around(storedForm(manifest), removeIn(local, manifest));
    resolve();
    await copying;
    await keep.run();
    for (const storage of Object.values(inner)) expect(await keysOf(storage)).toEqual([]);
  });
});

describe('VerifyCopies', () => {
  const EVERY_DAYS = 8;
  const verify = () => new VerifyCopies(destinations, copies, keep, audit, clock, EVERY_DAYS).run();

  it('reads each copy again before its time is over, those read longest ago first, a part in each run', async () => {
    const manifests = Array.from({ length: 10 }, () => store());
    for (const manifest of await Promise.all(manifests)) await keep.afterBackup(manifest);
    expect(await verify()).toMatchObject({ read: 0 });
    clock.advance(0.75 * EVERY_DAYS * DAY_MS);
    const reads: number[] = [];
    for (let run = 0; run < 0.25 * EVERY_DAYS * 24; run += 1) {
      reads.push((await verify()).read);
      clock.advance(3_600_000);
    }
    expect(Math.max(...reads)).toBe(1);
    expect(reads.reduce((sum, read) => sum + read, 0)).toBe(30);
    const unread = (await copies.find()).filter(
      ({ verifiedAt }) => clock.now().getTime() - (verifiedAt?.getTime() ?? 0) > EVERY_DAYS * DAY_MS,
    );
    expect(unread).toEqual([]);
  });

  it.each(['damaged', 'missing'] as const)('replaces a copy that is %s, and records it', async state => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    if (state === 'damaged') await damage(inner.usb, manifest);
    else await inner.usb.remove(manifest.stored.file);
    clock.advance(EVERY_DAYS * DAY_MS);
    let lost = 0;
    for (let run = 0; run < 3; run += 1) lost += (await verify()).lost;
    expect(lost).toBe(1);
    await expectWhole(manifest, inner.local, inner.usb, inner.cloud);
    expect(await statesOf(manifest)).toEqual({ local: 'stored', usb: 'stored', cloud: 'stored' });
    const details = { file: manifest.stored.file, destination: 'usb', state };
    expect(audit.events).toMatchObject([
      { action: 'copy.verify', outcome: 'failed', subject: manifest.header.backup.id, details },
      { action: 'copy.replace', outcome: 'success', subject: manifest.header.backup.id, details },
    ]);
  });

  it('takes a copy that cannot be read now for neither good nor lost', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    clock.advance(EVERY_DAYS * DAY_MS);
    local.fail('read', { kind: 'refused' });
    const result = await verify();
    expect(result).toMatchObject({ read: 1, lost: 0, warnings: [expect.stringContaining('in local')] });
    expect(await copyIn('local', manifest)).toMatchObject({
      state: 'stored',
      verifiedAt: new Date(NOW),
      error: { kind: 'unavailable' },
    });
  });
});

describe('CopySources', () => {
  const read = (manifest: Manifest) =>
    new CopySources(destinations, copies).findIn(manifest.header.backup.id, async (storage, { name }) => {
      await contentOf(storage, manifest.stored.file);
      return name;
    });

  it('asks the primary first, and the others where it is out of reach or has nothing', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    expect(await read(manifest)).toBe('local');
    local.fail('read', { kind: 'refused' });
    expect(await read(manifest)).toBe('usb');
    await inner.local.remove(manifest.stored.file);
    expect(await read(manifest)).toBe('usb');
  });

  it('asks a destination whose copy is known to be damaged last', async () => {
    const manifest = await store();
    await keep.afterBackup(manifest);
    await copies.save({ ...(await copyIn('local', manifest)), state: 'damaged' });
    expect(await read(manifest)).toBe('usb');
    await inner.usb.remove(manifest.stored.file);
    await inner.cloud.remove(manifest.stored.file);
    expect(await read(manifest)).toBe('local');
  });

  it('says what was wrong with the first where none has it', async () => {
    const manifest = inventedManifest('nowhere.json', 'full', NOW, 999);
    local.fail('read', { kind: 'refused' });
    await expect(read(manifest)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
