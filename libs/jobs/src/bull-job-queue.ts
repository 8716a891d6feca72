import type { Job, Queue } from 'bull';
import type { JobHandler, JobRecord, NewJob, QueueStatus } from '@satchel/domain';
import { BackupError, JobQueue, toJobError } from '@satchel/domain';
import { AgainLater, type CarriedJob } from './bull-options.js';
import { settingOf, type QueueOptions, type QueueSetting } from './queue-options.js';
import { QueueWorker } from './queue-worker.js';
import { RedisOutage } from './redis-outage.js';
import { within } from './within.js';
import { newWorkerId } from './worker-presence.js';

/** How many pending jobs one look gives back to Bull; those behind them come with a later look. */
const SWEPT_AT_ONCE = 200;

/** How long a question about the queue's state may take, in milliseconds. */
const STATUS_WITHIN_MS = 1_000;

/** How long Bull is given to close in order, in milliseconds, before its connections are cut. */
const BULL_CLOSES_WITHIN_MS = 3_000;

/**
 * Carries jobs to workers over Redis, by Bull. What Bull carries is a job's id and nothing else: it may come late, twice, or
 * be lost with Redis' memory. The claim in the store decides who runs a job, and a look every few seconds gives Bull what it
 * has forgotten.
 *
 * Bull takes an id once, so each time that a job can be taken up it goes by a name of its own: `<job>:<times taken up>`.
 * Where a process asks for a job only, nothing is taken: that is for those that call `start`.
 */
export class BullJobQueue extends JobQueue {
  readonly #queue: Queue<CarriedJob>;
  readonly #setting: QueueSetting;
  readonly #outage: RedisOutage;
  #worker: QueueWorker | undefined;
  #closed = false;
  /** Fulfilled when this process takes nothing more. */
  readonly #ending: Promise<void>;
  #takesNoMore: () => void = () => undefined;

  /** @param queue made with `bullOptions`; closed by `close` */
  constructor(queue: Queue<CarriedJob>, options: QueueOptions) {
    super();
    this.#queue = queue;
    this.#setting = settingOf(options);
    this.#outage = new RedisOutage(queue, this.#setting.log);
    this.#ending = new Promise(resolve => (this.#takesNoMore = resolve));
  }

  override async enqueue(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord> {
    if (this.#closed) {
      throw new BackupError('unavailable', 'The server is being shut down and takes no more jobs.');
    }
    const { store, times } = this.#setting;
    const askedMs = performance.now();
    // Asked first, so that in the usual case of an outage there never was a record.
    if (!(await this.#reaches(times.addWithinMs))) throw outOfReach();
    // What the store takes is not Redis' fault.
    const leftMs = times.addWithinMs - (performance.now() - askedMs);
    const record = await store.add(job, options);
    const added = this.#carry(record).then(
      () => true,
      () => false,
    );
    if (await within(leftMs, added)) return record;
    return await this.#withdraw(record);
  }

  override cancel(jobId: string, by: string): Promise<JobRecord> {
    return this.#setting.store.requestCancel(jobId, by);
  }

  /** Returns at once, also while Redis is away: Bull begins to take jobs when it is there. */
  override async start(
    handler: JobHandler,
    { concurrency }: { readonly concurrency: number },
  ): Promise<void> {
    if (this.#worker !== undefined)
      throw new BackupError('system_error', 'The queue has been started already.');
    const worker = new QueueWorker(handler, concurrency, this.#setting, () => this.#remind());
    this.#worker = worker;
    worker.start();
    this.#queue
      .process(concurrency, carried => this.#work(worker, carried))
      .catch((error: unknown) => {
        if (!this.#closed) this.#setting.log.error({ err: error }, 'The queue has stopped taking jobs.');
      });
  }

  override async status(): Promise<QueueStatus> {
    const reachable = await this.#reaches(STATUS_WITHIN_MS);
    const problem = reachable ? null : `Redis does not answer (${this.#outage.problem ?? 'no error'}).`;
    return { driver: 'bull', reachable, problem };
  }

  override async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.close();
    this.#takesNoMore();
    // Without waiting for its jobs, all of which have ended: where Redis is away that would be an error nobody can catch.
    await within(
      BULL_CLOSES_WITHIN_MS,
      this.#queue.close(true).catch(() => undefined),
    );
    this.#outage.close();
    // Without Redis, Bull would go on connecting for ever.
    for (const client of this.#queue.clients) client.disconnect();
  }

  async #work(worker: QueueWorker, { data: { jobId } }: Job<CarriedJob>): Promise<void> {
    const { log, times } = this.#setting;
    const result = await worker.run(jobId).catch((error: unknown) => {
      log.warn({ jobId, err: error }, 'A job could not be taken up.');
      return 'busy' as const;
    });
    if (result === 'busy') throw new AgainLater(times.busyAgainAfterMs);
    if (result === 'gone' && this.#closed) {
      // Taken from Redis while this process was told to end. It goes to another; not before, or this one would take it again.
      await this.#ending;
      throw new AgainLater(0);
    }
    if (typeof result === 'string') return;
    const record = await this.#setting.store.get(jobId);
    if (record?.state === 'pending') await this.#carry(record, result.againAfterMs);
  }

  /** Gives Bull the pending jobs; those that it knows are passed over by their name. */
  async #remind(): Promise<void> {
    if (this.#queue.client.status !== 'ready') return;
    const oldest = { sort: 'created', order: 'asc', limit: SWEPT_AT_ONCE } as const;
    const { items } = await this.#setting.store.find({ states: ['pending'] }, oldest);
    for (const record of items) await this.#carry(record);
  }

  async #carry({ jobId, attempt }: JobRecord, delay = 0): Promise<void> {
    await this.#queue.add({ jobId }, { jobId: `${jobId}:${attempt}`, delay });
  }

  async #reaches(withinMs: number): Promise<boolean> {
    const answer = this.#queue.client.ping().then(
      () => true,
      () => false,
    );
    return (await within(withinMs, answer)) ?? false;
  }

  /**
   * Ends a job that could not be handed to Redis, so that nobody finds it later and does what was refused.
   *
   * @returns the job after all, if a worker has found it meanwhile
   */
  async #withdraw({ jobId }: JobRecord): Promise<JobRecord> {
    const { store } = this.#setting;
    const claim = await store.claim(jobId, newWorkerId());
    if (claim === 'gone') {
      const record = await store.get(jobId);
      if (record !== null) return record;
    } else if (claim === 'busy') {
      await store.requestCancel(jobId, 'the server');
    } else {
      await store.settle(jobId, { state: 'failed', error: toJobError(outOfReach()) });
    }
    throw outOfReach();
  }
}

function outOfReach(): BackupError {
  return new BackupError(
    'unavailable',
    'The queue (Redis) is out of reach, so the job was not begun and nothing was changed. Try again in a moment.',
    { setting: 'REDIS_URL' },
  );
}
