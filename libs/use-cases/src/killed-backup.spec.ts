import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBackup, verifyArchive } from '@satchel/archive';
import type { BackupStorage } from '@satchel/domain';
import { LocalStorage } from '@satchel/storage';
import { startTestS3 } from '@satchel/testing';
import { runChild } from '@satchel/testing/conformance';
import { describe, expect, it } from 'vitest';
import { storedFile } from './backup-file.js';
import { storedDigest } from './copies/transfer-copy.js';
import { bucketAt, makeOne } from './testing/killed-backup.child.js';
import { OneKey } from './testing/one-key.js';
import { readStoredBackups } from './stored-manifests.js';

const CHILD = new URL('./testing/killed-backup.child.ts', import.meta.url);
const MOMENTS = 50;
const HOUR_MS = 3_600_000;

/** A storage that backups are killed on, and what is left there that is no backup. */
interface Place {
  readonly kind: 'local' | 's3';
  readonly address: string;
  /** As a process that starts anew. */
  open(): BackupStorage;
  /** Left-over partial files or uploads once the next writer has been there, or an hour has passed. */
  leftOver(): Promise<readonly string[]>;
  close(): Promise<void>;
}

async function folder(): Promise<Place> {
  const address = await mkdtemp(join(tmpdir(), 'satchel-killed-'));
  return {
    kind: 'local',
    address,
    open: () => new LocalStorage(address),
    leftOver: async () => (await readdir(address)).filter(name => name.startsWith('.')),
    close: () => rm(address, { recursive: true }),
  };
}

async function bucket(): Promise<Place> {
  const server = await startTestS3();
  await server.createBucket('killed');
  return {
    kind: 's3',
    address: server.endpoint,
    open: () => bucketAt(server.endpoint),
    leftOver: async () => {
      await bucketAt(server.endpoint).sweep(new Date(Date.now() + HOUR_MS + 1_000));
      const answer = await fetch(`${server.endpoint}/killed?uploads`);
      return [...(await answer.text()).matchAll(/<Key>([^<]*)</g)].map(([, key = '']) => key);
    },
    close: () => server.stop(),
  };
}

/** Lets backups be made, and kills them after so many steps. @returns how many were under way */
async function killAfter(steps: number, { kind, address }: Place): Promise<number> {
  const child = runChild(CHILD, [kind, address]);
  const underWay = new Set<string>();
  for (let step = 0; step < steps; step += 1) {
    const [word, writer = ''] = (await child.nextLine()).split(' ');
    if (word === 'begin') underWay.add(writer);
    if (word === 'end') underWay.delete(writer);
  }
  await child.kill();
  return underWay.size;
}

/** Reads every backup that is listed to its end. @returns how many there are */
async function verifyAll(storage: BackupStorage): Promise<number> {
  const { backups } = await readStoredBackups(storage);
  for (const { manifest, complete } of backups) {
    const { file, digest } = manifest.stored;
    expect(complete).toBe(true);
    expect(await storedDigest(storage, file, undefined)).toBe(digest);
    const { footer } = await readBackup(await storedFile(storage, file), { keyRing: new OneKey() }, reader =>
      verifyArchive(reader, {}),
    );
    expect(footer.digest).toBe(manifest.footer.digest);
  }
  return backups.length;
}

describe.each([
  ['a folder', folder],
  ['a bucket', bucket],
])('A backup into %s that is killed at any moment', (_, open) => {
  it('is listed only if it verifies, leaves nothing for long, and does not hinder the next', async () => {
    const place = await open();
    try {
      let killed = 0;
      let listed = 0;
      while (killed < MOMENTS) {
        killed += await killAfter(20 + Math.floor(Math.random() * 200), place);
        const storage = place.open();
        await verifyAll(storage);
        const file = await makeOne(storage, 3, 0);
        const { backups, warnings } = await readStoredBackups(storage);
        expect(warnings.filter(warning => !warning.includes('no manifest'))).toEqual([]);
        expect(backups.map(({ manifest }) => manifest.stored.file)).toContain(file);
        listed += backups.length - 1;
        expect(await place.leftOver()).toEqual([]);
        // So that the next round does not read the same again.
        for await (const { key } of storage.list()) await storage.remove(key);
      }
      expect(listed).toBeGreaterThan(0);
    } finally {
      await place.close();
    }
  }, 60_000);
});
