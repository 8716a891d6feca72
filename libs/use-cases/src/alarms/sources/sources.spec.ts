import type { AlarmSource, StorageStatus } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import type { ServerStatusResult } from '../../server-status.js';
import { NowAndThen } from './now-and-then.js';
import { Services } from './services.js';
import { StorageSpace } from './storage-space.js';

const NOW = new Date('2026-03-01T09:00:00Z');

/** As much of the status as the sources look at. */
function statusOf(parts: object) {
  const status = { newest: { reachable: true, value: [] }, daysUntilFull: null, ...parts };
  return { run: () => Promise.resolve(status as unknown as ServerStatusResult) };
}

function storage(space: Partial<StorageStatus>) {
  return { storage: { reachable: true, value: { location: 'x', writable: true, problem: null, ...space } } };
}

describe('StorageSpace', () => {
  const disk = (freeBytes: number, more: object = {}) =>
    statusOf({ ...storage({ freeBytes, totalBytes: 1000 }), ...more });

  it.each([
    ['is 90 % full', disk(100), true],
    ['is 89 % full', disk(110), false],
    ['is full in a week', disk(500, { daysUntilFull: 7 }), true],
    ['is full in eight days', disk(500, { daysUntilFull: 8 }), false],
    ['has no room for one more', disk(200, { newest: newestOf(201) }), true],
    ['has room for one more', disk(200, { newest: newestOf(199) }), false],
    ['has no limit', statusOf(storage({ freeBytes: null })), false],
  ])('looks at a storage that %s', async (_what, status, full) => {
    expect(await new StorageSpace(status, 90).look()).toHaveLength(full ? 1 : 0);
  });

  it('is not well again before there is a little more room', async () => {
    let free = 100;
    const source = new StorageSpace({ run: () => disk(free).run() }, 90);
    expect(await source.look()).toHaveLength(1);
    free = 120;
    expect(await source.look()).toHaveLength(1);
    free = 140;
    expect(await source.look()).toHaveLength(0);
    free = 110;
    expect(await source.look()).toHaveLength(0);
  });

  it('does not know of a storage that does not answer', async () => {
    const status = statusOf({ storage: { reachable: false, kind: 'unavailable', problem: 'away' } });
    await expect(new StorageSpace(status, 90).look()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('Services', () => {
  it('tells what is down in two looks one after the other; the catalog is watched elsewhere', async () => {
    let down: readonly string[] = ['database', 'catalog', 'queue'];
    const status = {
      run: () =>
        statusOf({
          services: ['database', 'catalog', 'storage', 'queue'].map(name => ({
            name,
            healthy: !down.includes(name),
          })),
          database: { reachable: !down.includes('database'), kind: 'unavailable', problem: 'away' },
        }).run(),
    };
    const source = new Services(status);
    expect(await source.look()).toEqual([]);
    down = ['database', 'catalog', 'storage'];
    expect(await source.look()).toEqual([
      { kind: 'service_down', subject: 'database', facts: { error: 'unavailable' } },
    ]);
    down = ['storage'];
    expect(await source.look()).toEqual([
      { kind: 'service_down', subject: 'storage', facts: { error: null } },
    ]);
    down = [];
    expect(await source.look()).toEqual([]);
  });
});

describe('NowAndThen', () => {
  it('looks again when it is time, and after a look that failed', async () => {
    let looks = 0;
    const slow: AlarmSource = {
      name: 'slow',
      kinds: ['audit_broken'],
      look: () => {
        looks += 1;
        return looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve([]);
      },
    };
    const source = new NowAndThen(slow, 1000);
    await expect(source.look(NOW)).rejects.toThrow('away');
    await source.look(NOW);
    await source.look(new Date(NOW.getTime() + 999));
    expect(looks).toBe(2);
    await source.look(new Date(NOW.getTime() + 1000));
    expect(looks).toBe(3);
  });
});

function newestOf(sizeBytes: number) {
  return { reachable: true, value: [{ record: { sizeBytes } }, { record: null }] };
}
