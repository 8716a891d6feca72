import { ChoreLedger } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Housekeeping, type Chore } from './housekeeping.js';
import { SILENT_LOG } from './job-log.js';

const MINUTE_MS = 60_000;

/** The promises of `ChoreLedger`, in the memory that all processes of a test share. */
class SharedLedger extends ChoreLedger {
  readonly #keptAt = new Map<string, number>();

  claim(name: string, everyMs: number): Promise<boolean> {
    const free = Date.now() - (this.#keptAt.get(name) ?? -Infinity) >= everyMs;
    if (free) this.#keptAt.set(name, Date.now());
    return Promise.resolve(free);
  }

  keep(name: string): Promise<void> {
    this.#keptAt.set(name, Date.now());
    return Promise.resolve();
  }
}

describe('Housekeeping', () => {
  let ledger: SharedLedger;
  let processes: Housekeeping[];

  beforeEach(() => {
    vi.useFakeTimers();
    ledger = new SharedLedger();
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(housekeeping => housekeeping.close()));
    vi.useRealTimers();
  });

  function start(chores: readonly Chore[], log = SILENT_LOG): Housekeeping {
    const housekeeping = new Housekeeping(ledger, chores, log);
    processes.push(housekeeping);
    housekeeping.start();
    return housekeeping;
  }

  it('does a chore once an interval, however many processes there are', async () => {
    let done = 0;
    const chore = {
      name: 'sweep',
      everyMs: MINUTE_MS,
      run: () => {
        done += 1;
        return Promise.resolve();
      },
    };
    for (let process = 0; process < 3; process += 1) start([chore]);
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS - 1);
    expect(done).toBe(10);
  });

  it('does not begin a chore a second time while it is being done', async () => {
    let [under, most] = [0, 0];
    const chore = {
      name: 'long',
      everyMs: MINUTE_MS,
      run: async () => {
        most = Math.max(most, (under += 1));
        await new Promise(resolve => setTimeout(resolve, 5 * MINUTE_MS));
        under -= 1;
      },
    };
    start([chore]);
    start([chore]);
    await vi.advanceTimersByTimeAsync(30 * MINUTE_MS);
    expect(most).toBe(1);
    // So that nothing is left to end.
    processes.forEach(housekeeping => void housekeeping.close());
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  });

  it('tells of a chore that fails, does it again, and goes on with the others', async () => {
    const warned: object[] = [];
    let [tried, others] = [0, 0];
    start(
      [
        {
          name: 'broken',
          everyMs: MINUTE_MS,
          run: () => {
            tried += 1;
            return Promise.reject(new Error('no'));
          },
        },
        {
          name: 'whole',
          everyMs: MINUTE_MS,
          run: () => {
            others += 1;
            return Promise.resolve();
          },
        },
      ],
      { ...SILENT_LOG, warn: fields => warned.push(fields) },
    );
    await vi.advanceTimersByTimeAsync(3 * MINUTE_MS - 1);
    expect([tried, others]).toEqual([3, 3]);
    expect(warned).toHaveLength(3);
    expect(warned[0]).toMatchObject({ chore: 'broken', errorType: 'system_error' });
  });

  it('stops what is being done when it is closed, and begins nothing more', async () => {
    let [begun, stopped] = [0, 0];
    const housekeeping = start([
      {
        name: 'long',
        everyMs: MINUTE_MS,
        run: signal => {
          begun += 1;
          return new Promise<void>(resolve => {
            signal.addEventListener('abort', () => {
              stopped += 1;
              resolve();
            });
          });
        },
      },
    ]);
    await vi.advanceTimersByTimeAsync(1);
    await housekeeping.close();
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect([begun, stopped]).toEqual([1, 1]);
  });
});
