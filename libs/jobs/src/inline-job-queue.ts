import type { JobHandler, JobRecord, NewJob, QueueStatus } from '@satchel/domain';
import { BackupError, JobQueue } from '@satchel/domain';
import { settingOf, type QueueOptions, type QueueSetting } from './queue-options.js';
import { QueueWorker } from './queue-worker.js';

/**
 * Runs jobs inside this process, first come, first served. The line of waiting jobs is only a copy of what the store knows:
 * lost with the process, it is made again at the next start, and a look every few seconds finds what others have added.
 */
export class InlineJobQueue extends JobQueue {
  readonly #setting: QueueSetting;
  /** Ids of jobs that wait for a free place. */
  #line: string[] = [];
  readonly #running = new Set<string>();
  /** Jobs that are to be tried again, each with its timer; those that wait for another job are woken when one ends. */
  readonly #later = new Map<string, { readonly timer: NodeJS.Timeout; readonly busy: boolean }>();
  #worker: QueueWorker | undefined;
  #concurrency = 0;
  /** Whether the store has been asked what is pending: until then, what was asked for long ago would come after what comes in now. */
  #linedUp = false;
  #closed = false;

  constructor(options: QueueOptions) {
    super();
    this.#setting = settingOf(options);
  }

  override async enqueue(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord> {
    if (this.#closed)
      throw new BackupError('unavailable', 'The server is being shut down and takes no more jobs.');
    const record = await this.#setting.store.add(job, options);
    this.#append([record.jobId]);
    return record;
  }

  override cancel(jobId: string, by: string): Promise<JobRecord> {
    return this.#setting.store.requestCancel(jobId, by);
  }

  override async start(
    handler: JobHandler,
    { concurrency }: { readonly concurrency: number },
  ): Promise<void> {
    if (this.#worker !== undefined)
      throw new BackupError('system_error', 'The queue has been started already.');
    this.#concurrency = concurrency;
    this.#worker = new QueueWorker(handler, concurrency, this.#setting, async () =>
      this.#lineUp(await this.#setting.store.pending()),
    );
    this.#worker.start();
  }

  override async status(): Promise<QueueStatus> {
    return { driver: 'inline', reachable: true, problem: null };
  }

  override async close(): Promise<void> {
    this.#closed = true;
    this.#line = [];
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    await this.#worker?.close();
  }

  #append(jobIds: readonly string[]): void {
    if (this.#closed || this.#worker === undefined) return;
    const inLine = new Set(this.#line);
    for (const jobId of jobIds) {
      if (!inLine.has(jobId) && !this.#running.has(jobId) && !this.#later.has(jobId)) this.#line.push(jobId);
    }
    this.#startNext();
  }

  /** The store's order holds; what was added since it was asked stands behind. */
  #lineUp(pending: readonly string[]): void {
    this.#linedUp = true;
    const known = new Set(pending);
    const added = this.#line.filter(jobId => !known.has(jobId));
    this.#line = [];
    this.#append([...pending, ...added]);
  }

  #startNext(): void {
    while (this.#linedUp && this.#running.size < this.#concurrency) {
      const jobId = this.#line.shift();
      if (jobId === undefined) return;
      this.#running.add(jobId);
      void this.#run(jobId);
    }
  }

  async #run(jobId: string): Promise<void> {
    const { log, times } = this.#setting;
    try {
      const result = await this.#worker?.run(jobId);
      this.#running.delete(jobId);
      if (result === 'busy') this.#tryLater(jobId, times.busyAgainAfterMs, true);
      else if (typeof result === 'object') this.#tryLater(jobId, result.againAfterMs, false);
      if (result !== 'busy') this.#wakeBusy();
    } catch (error) {
      // The store is away: the job is pending still, and the next look finds it.
      this.#running.delete(jobId);
      log.warn({ jobId, err: error }, 'A job could not be taken up.');
    }
    this.#startNext();
  }

  #tryLater(jobId: string, afterMs: number, busy: boolean): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#later.delete(jobId);
      // In front: it was asked for before those in line.
      this.#line.unshift(jobId);
      this.#startNext();
    }, afterMs);
    this.#later.set(jobId, { timer, busy });
  }

  /** What waited for another job may go now, in the order in which it was set aside. */
  #wakeBusy(): void {
    const woken: string[] = [];
    for (const [jobId, { timer, busy }] of this.#later) {
      if (!busy) continue;
      clearTimeout(timer);
      this.#later.delete(jobId);
      woken.push(jobId);
    }
    this.#line.unshift(...woken);
  }
}
