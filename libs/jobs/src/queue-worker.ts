import type { JobHandler } from '@satchel/domain';
import { JobRunner, type RunResult } from './job-runner.js';
import type { QueueSetting } from './queue-options.js';
import { Repeater } from './repeater.js';
import { newWorkerId, WorkerPresence } from './worker-presence.js';
import { within } from './within.js';

/**
 * What a process that takes jobs does beside taking them, whatever carries them: it runs them, shows that it is there, and
 * looks every few seconds for jobs whose process has died and for pending ones that nobody has told it of.
 */
export class QueueWorker {
  readonly workerId = newWorkerId();
  readonly #setting: QueueSetting;
  readonly #runner: JobRunner;
  readonly #presence: WorkerPresence;
  readonly #sweeper: Repeater;

  /** @param findPending looks for pending jobs that this process has not been told of, and takes them up */
  constructor(
    handler: JobHandler,
    concurrency: number,
    setting: QueueSetting,
    findPending: () => Promise<void>,
  ) {
    this.#setting = setting;
    const { store, clock, log, times, version } = setting;
    const { workerId } = this;
    this.#runner = new JobRunner(handler, { store, clock, log, times, workerId });
    this.#presence = new WorkerPresence({
      store,
      clock,
      log,
      workerId,
      version,
      concurrency,
      everyMs: times.heartbeatEveryMs,
    });
    this.#sweeper = new Repeater(
      async () => {
        for (const jobId of await store.recoverDead()) {
          log.warn({ jobId }, 'The process that ran a job has died; the job is taken up again.');
        }
        await findPending();
      },
      times.sweepEveryMs,
      error => log.warn({ err: error }, 'The queue could not look for jobs that nobody works on.'),
    );
  }

  start(): void {
    this.#presence.show();
    this.#sweeper.start();
  }

  run(jobId: string): Promise<RunResult> {
    return this.#runner.run(jobId);
  }

  /** Stops looking for jobs, stops those that run, and takes this worker off the list; within seconds, whatever is away. */
  async close(): Promise<void> {
    const { closeWithinMs } = this.#setting.times;
    await Promise.all([
      this.#runner.close(),
      within(closeWithinMs, this.#sweeper.stop()),
      within(closeWithinMs, this.#presence.leave()),
    ]);
  }
}
