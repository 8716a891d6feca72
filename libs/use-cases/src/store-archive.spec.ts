import type { Manifest, SourceSession } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { FixedClock } from '@satchel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { storeArchive } from './store-archive.js';
import { OneKey } from './testing/one-key.js';
import { pupilsSession } from './testing/pupils-session.js';

/** Notes when something has been stored. */
class NotingStorage extends MemoryStorage {
  constructor(private readonly events: string[]) {
    super();
  }

  override async write(...args: Parameters<MemoryStorage['write']>) {
    const stored = await super.write(...args);
    this.events.push('stored');
    return stored;
  }
}

describe('storeArchive', () => {
  let events: string[];
  let open: number;
  let mostOpen: number;
  const clock = new FixedClock(new Date('2026-03-31T12:00:00.000Z'));
  const facts = {
    backup: { id: crypto.randomUUID(), type: 'full', name: null, createdBy: null, product: 'test' },
    startedAt: clock.now(),
    compression: 'none',
    encryptFor: null,
    phase: 'writing',
  } as const;

  beforeEach(() => {
    events = [];
    open = 0;
    mostOpen = 0;
  });

  /** Three slices of a row each. */
  function sessionOf(jobs: number): SourceSession {
    const slice = { relation: 0, estimatedRows: 1, estimatedBytes: 4 };
    return pupilsSession({
      jobs,
      slices: () => Promise.resolve([{ ...slice }, { ...slice }, { ...slice }]),
      async *copyOut() {
        mostOpen = Math.max(mostOpen, ++open);
        await new Promise(resolve => setImmediate(resolve));
        yield { bytes: Buffer.from('[1]\n'), rows: 1 };
        open--;
      },
      close: () => {
        events.push('closed');
        return Promise.resolve();
      },
    });
  }

  function store(session: SourceSession, signal?: AbortSignal): Promise<Manifest> {
    const to = { storage: new NotingStorage(events), keyRing: new OneKey(), clock };
    return storeArchive(session, facts, to, { signal });
  }

  it.each([1, 2])('reads as many slices at the same time as the session can (%i)', async jobs => {
    const { footer } = await store(sessionOf(jobs));
    expect(footer.totals.rows).toBe(3);
    expect(mostOpen).toBe(jobs);
  });

  it('closes the session as soon as all is read, before the storage has brought it to its place', async () => {
    await store(sessionOf(1));
    expect(events.slice(0, 2)).toEqual(['closed', 'stored']);
  });

  it('closes the session where it fails', async () => {
    await expect(store(sessionOf(1), AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    expect(events).toEqual(['closed']);
  });
});
