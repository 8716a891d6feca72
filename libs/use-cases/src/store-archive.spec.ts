import { KeyRing, schemaDigest, Secret, type Relation, type SourceSession } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { FixedClock } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { storeArchive } from './store-archive.js';

const PUPILS: Relation = {
  schema: 'public',
  name: 'pupil',
  role: 'content',
  columns: [{ name: 'id', type: 'integer' }],
  key: ['id'],
  references: [],
};

class OneKey extends KeyRing {
  readonly #key = { keyId: 'key-1', secret: new Secret(Buffer.from('secret')) };

  override current() {
    return Promise.resolve(this.#key);
  }

  override byId() {
    return Promise.resolve(this.#key);
  }
}

describe('storeArchive', () => {
  it.each([1, 2])('reads as many slices at the same time as the session can (%i)', async jobs => {
    let open = 0;
    let mostOpen = 0;
    const slice = { relation: 0, estimatedRows: 1, estimatedBytes: 4 };
    const session: SourceSession = {
      snapshotId: null,
      source: {
        server: 'PostgreSQL',
        database: 'school',
        encoding: 'UTF8',
        schemaDigest: schemaDigest([PUPILS]),
      },
      relations: [PUPILS],
      omitted: [],
      jobs,
      slices: () => Promise.resolve([{ ...slice }, { ...slice }, { ...slice }]),
      async *copyOut() {
        mostOpen = Math.max(mostOpen, ++open);
        await new Promise(resolve => setImmediate(resolve));
        yield { bytes: Buffer.from('[1]\n'), rows: 1 };
        open--;
      },
      sequences: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
    const clock = new FixedClock(new Date('2026-03-31T12:00:00.000Z'));
    const facts = {
      backup: { id: crypto.randomUUID(), type: 'full', name: null, createdBy: null, product: 'test' },
      startedAt: clock.now(),
      compression: 'none',
      encryptFor: null,
      phase: 'writing',
    } as const;
    const store = { storage: new MemoryStorage(), keyRing: new OneKey(), clock };
    const { footer } = await storeArchive(session, facts, store, {});
    expect(footer.totals.rows).toBe(3);
    expect(mostOpen).toBe(jobs);
  });
});
