import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Clock, newBackupId, Secret, type BackupStorage, type Relation } from '@satchel/domain';
import { LocalStorage } from '@satchel/storage';
import { S3Storage } from '@satchel/storage/s3';
import { storeArchive } from '../store-archive.js';
import { OneKey } from './one-key.js';
import { sessionOf } from './pupils-session.js';

/** Backups that are made at the same time, so that one kill hits each of them at another moment. */
const AT_ONCE = 15;

/** Every fifth is larger than one part of an upload. */
const SMALL_BATCHES = 3;
const LARGE_BATCHES = 12;
const SMALL_BATCH_BYTES = 50_000;
const LARGE_BATCH_BYTES = 1_000_000;
const LONGEST_PAUSE_MS = 12;

class MachineClock extends Clock {
  now(): Date {
    return new Date();
  }
}

const RELATION: Relation = {
  schema: 'public',
  name: 'notes',
  role: 'content',
  columns: [{ name: 'text', type: 'text' }],
  key: null,
  references: [],
};

/**
 * Makes invented backups without end, until it is killed. Prints a line as each begins, goes on and ends.
 *
 * @param place a folder, or the address of an S3 server
 */
export default async function makeBackups(kind: 'local' | 's3', place: string): Promise<void> {
  const storage = kind === 'local' ? new LocalStorage(place) : bucketAt(place);
  await Promise.all(Array.from({ length: AT_ONCE }, (_, writer) => makeInTurn(writer, storage)));
}

export function bucketAt(endpoint: string): S3Storage {
  const location = { bucket: 'killed', prefix: 'main/', region: 'eu-central-1', endpoint, conditional: true };
  const credentials = { accessKeyId: 'test', secretAccessKey: new Secret('test') };
  return new S3Storage({ name: 'off-site', location, credentials });
}

async function makeInTurn(writer: number, storage: BackupStorage): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    console.log(`begin ${writer}`);
    await makeOne(storage, (writer + turn) % 5 === 0 ? LARGE_BATCHES : SMALL_BATCHES, LONGEST_PAUSE_MS);
    console.log(`end ${writer}`);
  }
}

/** @param pauseMs longest pause between two batches */
export async function makeOne(storage: BackupStorage, batches: number, pauseMs: number): Promise<string> {
  const session = sessionOf(RELATION, {
    slices: () => Promise.resolve([{ relation: 0, estimatedRows: batches, estimatedBytes: 0 }]),
    async *copyOut() {
      for (let batch = 0; batch < batches; batch += 1) {
        if (pauseMs > 0) {
          await wait(Math.random() * pauseMs);
          console.log('goes on');
        }
        const bytes = batches === LARGE_BATCHES ? LARGE_BATCH_BYTES : SMALL_BATCH_BYTES;
        const text = randomBytes(bytes).toString('hex').slice(bytes);
        yield { rows: 1, bytes: Buffer.from(`["${text}"]\n`) };
      }
    },
  });
  const backup = { id: newBackupId(), type: 'full', name: null, createdBy: null, product: 'test' };
  const facts = {
    backup,
    startedAt: new Date(),
    compression: 'none',
    encryptFor: null,
    phase: 'writing',
  } as const;
  const store = { storage, keyRing: new OneKey(), clock: new MachineClock() };
  return (await storeArchive(session, facts, store, {})).stored.file;
}
