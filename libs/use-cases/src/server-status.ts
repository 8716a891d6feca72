import type {
  BackupStorage,
  Clock,
  DatabaseProbe,
  DatabaseStatus,
  JobCounts,
  JobQueue,
  JobRecord,
  JobStore,
  QueueStatus,
  Scope,
  StorageProbe,
  StorageStatus,
  WorkerRecord,
} from '@satchel/domain';
import type { StorageGrowth } from './storage-growth.js';
import { daysUntilFull, storageGrowth } from './storage-growth.js';
import type { Answer, WatchLimits } from './watched.js';
import { Watched } from './watched.js';

export interface ServerStatusParts {
  readonly scopes: readonly Scope[];
  readonly database: DatabaseProbe;
  readonly space: StorageProbe;
  readonly storage: BackupStorage;
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/** The newest good backup of a type. */
export interface NewestOfType {
  readonly scope: Scope;
  /** Null: there is none. */
  readonly record: JobRecord | null;
}

/** What the catalog knows of jobs at this moment. */
export interface JobsNow {
  readonly counts: JobCounts;
  readonly workers: readonly WorkerRecord[];
  /** Waiting and running, oldest first. */
  readonly active: readonly JobRecord[];
  /** Ended last, newest first. */
  readonly recent: readonly JobRecord[];
}

/** One thing that has to work. */
export interface ServiceHealth {
  readonly name: 'database' | 'catalog' | 'storage' | 'queue' | 'workers';
  readonly healthy: boolean;
  /** What is wrong, for a person; null if nothing is. */
  readonly problem: string | null;
}

export interface ServerStatusResult {
  /** Whether each service works and each type is protected by a good backup. */
  readonly healthy: boolean;
  readonly services: readonly ServiceHealth[];
  readonly database: Answer<DatabaseStatus>;
  readonly storage: Answer<StorageStatus>;
  /** Bytes and number of files of archives. */
  readonly used: Answer<{ readonly bytes: number; readonly files: number }>;
  readonly growth: Answer<StorageGrowth>;
  readonly daysUntilFull: number | null;
  readonly queue: Answer<QueueStatus>;
  readonly jobs: Answer<JobsNow>;
  readonly newest: Answer<readonly NewestOfType[]>;
}

const QUICK: WatchLimits = { freshMs: 1000, staleMs: 10_000, patienceMs: 2000 };
/** What takes longer and changes little. */
const SLOW: WatchLimits = { freshMs: 30_000, staleMs: 600_000, patienceMs: 2000 };

const RECENT_JOBS = 10;
const ACTIVE_JOBS = 50;
/** Enough for thirty backups a day of the last thirty days. */
const GROWTH_RECORDS = 1000;
/** How many of a type's backups are tried until one is found whose file is there. */
const NEWEST_TRIED = 5;

/**
 * How the whole system is, asked as often as somebody looks at a screen: parts are asked side by side, none is waited for
 * longer than two seconds, and none is asked by each of many people at once. A part that is down is an answer.
 */
export class ServerStatus {
  readonly #database: Watched<DatabaseStatus>;
  readonly #storage: Watched<StorageStatus>;
  readonly #used: Watched<{ readonly bytes: number; readonly files: number }>;
  readonly #growth: Watched<StorageGrowth>;
  readonly #queue: Watched<QueueStatus>;
  readonly #jobs: Watched<JobsNow>;
  readonly #newest: Watched<readonly NewestOfType[]>;

  constructor(private readonly parts: ServerStatusParts) {
    const { database, space, queue } = parts;
    this.#database = new Watched('database', () => database.probe(), QUICK);
    this.#storage = new Watched('backup folder', () => space.probe(), QUICK);
    this.#used = new Watched('backup folder', () => this.#sumFiles(), SLOW);
    this.#growth = new Watched('catalog', () => this.#growthNow(), SLOW);
    this.#queue = new Watched('queue', () => queue.status(), QUICK);
    this.#jobs = new Watched('catalog', () => this.#jobsNow(), QUICK);
    this.#newest = new Watched('catalog', () => this.#newestOfEach(), QUICK);
  }

  async run(): Promise<ServerStatusResult> {
    const [database, storage, used, growth, queue, jobs, newest] = await Promise.all([
      this.#database.read(),
      this.#storage.read(),
      this.#used.read(),
      this.#growth.read(),
      this.#queue.read(),
      this.#jobs.read(),
      this.#newest.read(),
    ]);
    const services = [
      health('database', database),
      health('catalog', jobs),
      storageHealth(storage, used),
      queueHealth(queue),
      workersHealth(queue, jobs),
    ];
    return {
      healthy: services.every(({ healthy }) => healthy) && newest.reachable && allCovered(newest.value),
      services,
      database,
      storage,
      used,
      growth,
      daysUntilFull: daysUntilFull(
        storage.reachable ? storage.value.freeBytes : null,
        growth.reachable ? growth.value.bytesPerDay : null,
      ),
      queue,
      jobs,
      newest,
    };
  }

  /** What has to be reachable for work to be taken. */
  async services(): Promise<readonly ServiceHealth[]> {
    const [database, storage, queue, jobs] = await Promise.all([
      this.#database.read(),
      this.#storage.read(),
      this.#queue.read(),
      this.#jobs.read(),
    ]);
    return [
      health('database', database),
      health('catalog', jobs),
      storageHealth(storage, { reachable: true, value: null }),
      queueHealth(queue),
    ];
  }

  async #sumFiles() {
    let bytes = 0;
    let files = 0;
    for await (const { sizeBytes } of this.parts.storage.list()) {
      bytes += sizeBytes;
      files += 1;
    }
    return { bytes, files };
  }

  async #growthNow(): Promise<StorageGrowth> {
    const { items } = await this.parts.jobs.find(
      { kinds: ['backup'], includeDeleted: true },
      { sort: 'created', order: 'desc', limit: GROWTH_RECORDS },
    );
    return storageGrowth(items, this.parts.clock.now());
  }

  async #jobsNow(): Promise<JobsNow> {
    const { jobs } = this.parts;
    const [counts, workers, active, recent] = await Promise.all([
      jobs.counts(),
      jobs.workers(),
      jobs.find({ states: ['pending', 'running'] }, { sort: 'created', order: 'asc', limit: ACTIVE_JOBS }),
      jobs.find(
        { states: ['success', 'failed', 'cancelled'], includeDeleted: true },
        { sort: 'finished', order: 'desc', limit: RECENT_JOBS },
      ),
    ]);
    return { counts, workers, active: active.items, recent: recent.items };
  }

  async #newestOfEach(): Promise<readonly NewestOfType[]> {
    return await Promise.all(
      this.parts.scopes.map(async scope => {
        const { items } = await this.parts.jobs.find(
          { kinds: ['backup'], states: ['success'], scopeName: scope.name },
          { sort: 'finished', order: 'desc', limit: NEWEST_TRIED },
        );
        for (const record of items) if (await this.#isThere(record)) return { scope, record };
        return { scope, record: null };
      }),
    );
  }

  async #isThere({ file, sizeBytes }: JobRecord): Promise<boolean> {
    if (file === null) return false;
    return (await this.parts.storage.stat(file))?.sizeBytes === sizeBytes;
  }
}

/** Whether a type's tables are protected: by a backup of it, or by one of a type that leaves nothing out. */
export function isCovered(newest: readonly NewestOfType[], { record }: NewestOfType): boolean {
  return (
    record !== null ||
    newest.some(
      other => other.record !== null && other.scope.include.includes('*') && other.scope.exclude.length === 0,
    )
  );
}

function allCovered(newest: readonly NewestOfType[]): boolean {
  return newest.every(one => isCovered(newest, one));
}

function health(name: ServiceHealth['name'], answer: Answer<unknown>): ServiceHealth {
  return { name, healthy: answer.reachable, problem: answer.reachable ? null : answer.problem };
}

function storageHealth(storage: Answer<StorageStatus>, used: Answer<unknown>): ServiceHealth {
  if (!storage.reachable) return health('storage', storage);
  if (!storage.value.writable) {
    // The probe's own words name folders of the server.
    const problem =
      'The backup folder (BACKUP_DIR) cannot be written to; its permissions or its disk are the reason.';
    return { name: 'storage', healthy: false, problem };
  }
  return health('storage', used);
}

function queueHealth(queue: Answer<QueueStatus>): ServiceHealth {
  if (!queue.reachable) return health('queue', queue);
  return { name: 'queue', healthy: queue.value.reachable, problem: queue.value.problem };
}

function workersHealth(queue: Answer<QueueStatus>, jobs: Answer<JobsNow>): ServiceHealth {
  if (!jobs.reachable) return health('workers', jobs);
  const missing = jobs.value.workers.length === 0 && queue.reachable && queue.value.driver === 'bull';
  return {
    name: 'workers',
    healthy: !missing,
    problem: missing ? 'No worker is running: jobs wait until one is started.' : null,
  };
}
