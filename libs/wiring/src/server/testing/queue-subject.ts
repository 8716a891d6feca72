import { CatalogDatabase, TypeormJobStore } from '@satchel/catalog';
import type { JobQueue, JobStore } from '@satchel/domain';
import type { JobTimes, QueueOptions } from '@satchel/jobs';
import { createTestDatabase, execute, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { runChild, type QueueSubject } from '@satchel/testing/conformance';
import { SystemClock } from '../../system-clock.js';

/** Everything that tests would otherwise wait for. */
export const SHORT_TIMES: Partial<JobTimes> = {
  beatEveryMs: 40,
  repeatAfterMs: [20, 40],
  busyAgainAfterMs: 100,
  settleAgainAfterMs: 30,
  sweepEveryMs: 100,
  heartbeatEveryMs: 200,
};

/** Makes a queue on a store; `dispose` is for what the queue does not close itself. */
export interface MadeQueue {
  readonly queue: JobQueue;
  dispose(): Promise<void>;
}

export interface QueueDriver {
  make(options: QueueOptions): MadeQueue;
  /** What `worker.child.ts` needs to make the same queue. */
  readonly childArguments: readonly string[];
}

/** The store's database, for all tests of a file. */
export class QueueTestDatabase {
  readonly #database: TestDatabase;

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async create(): Promise<QueueTestDatabase> {
    return new QueueTestDatabase(await createTestDatabase(newestTestServer()));
  }

  drop(): Promise<void> {
    return this.#database.drop();
  }

  /** An empty store, and queues on it. */
  async subject(driver: QueueDriver): Promise<QueueSubject> {
    const { url, name } = this.#database;
    const closing: (() => Promise<void>)[] = [];
    const openStore = (): JobStore => {
      const database = new CatalogDatabase(url);
      closing.unshift(() => database.close());
      return new TypeormJobStore(database);
    };
    const store = openStore();
    await store.counts();
    await execute(url, 'DELETE FROM "satchel"."job"; DELETE FROM "satchel"."worker"');
    return {
      store,
      makeQueue: async () => {
        const { queue, dispose } = driver.make({
          store: openStore(),
          clock: new SystemClock(),
          version: 'test',
          times: SHORT_TIMES,
        });
        closing.unshift(async () => {
          await queue.close();
          await dispose();
        });
        return queue;
      },
      startWorkerProcess: () => {
        const child = runChild(new URL('./worker.child.ts', import.meta.url), [
          url,
          ...driver.childArguments,
        ]);
        closing.unshift(() => child.kill());
        return child;
      },
      cutConnections: () => cutConnections(name),
      takeStoreAway: async () => {
        await onServer(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
        await cutConnections(name);
      },
      bringStoreBack: () => onServer(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS true`),
      dispose: async () => {
        for (const close of closing) await close();
      },
    };
  }
}

async function onServer(sql: string): Promise<void> {
  await execute(newestTestServer().url, sql);
}

async function cutConnections(database: string): Promise<void> {
  await query(
    newestTestServer().url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
    [database],
  );
}
