import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, JobHandler, JobOutcome, JobRecord, JobStore } from '@satchel/domain';
import { toBackupError, toJobError } from '@satchel/domain';
import type { JobLog } from './job-log.js';
import type { JobTimes } from './job-times.js';
import { RunningJob, type JobEnd } from './running-job.js';
import { within } from './within.js';

/**
 * What became of a job that was to be run:
 * - `done`: it has ended, and that is recorded.
 * - `gone`: there was nothing to do: another process has it, it has ended, or this one is closing.
 * - `busy`: it has to wait for another job.
 * - a pause: what it needs was away; it is pending again and is to be tried after so many milliseconds.
 */
export type RunResult = 'done' | 'gone' | 'busy' | { readonly againAfterMs: number };

export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly times: JobTimes;
  readonly workerId: string;
}

/**
 * Runs jobs, whatever carried their ids here: claims them, tells the store how far they are, stops them when somebody asks
 * for it, and records how they ended.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #handler: JobHandler;
  readonly #running = new Map<RunningJob, Promise<RunResult>>();
  /** Aborted when close has waited long enough. */
  readonly #giveUp = new AbortController();
  #closing = false;

  constructor(handler: JobHandler, options: JobRunnerOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  /** @throws BackupError `unavailable` if the store is out of reach before the job has begun: it is pending still */
  async run(jobId: string): Promise<RunResult> {
    const { store, clock, log, times, workerId } = this.#options;
    if (this.#closing) return 'gone';
    const claimed = await store.claim(jobId, workerId);
    if (typeof claimed === 'string') return claimed;
    const attempts = times.repeatAfterMs.length + 1;
    const running = new RunningJob(claimed, { store, clock, log, beatEveryMs: times.beatEveryMs, attempts });
    const result = this.#runClaimed(running);
    this.#running.set(running, result);
    // Claimed while close was called.
    if (this.#closing) running.shutDown();
    try {
      return await result;
    } finally {
      this.#running.delete(running);
    }
  }

  /**
   * Stops what runs: jobs that may be repeated are pending again, others have failed. Waits for that, but not for ever: what
   * will not stop is found dead by others once this process has ended.
   */
  async close(): Promise<void> {
    this.#closing = true;
    for (const running of this.#running.keys()) running.shutDown();
    const ended = Promise.allSettled(this.#running.values());
    if ((await within(this.#options.times.closeWithinMs, ended)) === undefined) {
      for (const { claimed } of this.#running.keys()) {
        this.#options.log.warn(
          { jobId: claimed.job.jobId },
          'A job did not stop in time; another worker will find it.',
        );
      }
    }
    this.#giveUp.abort();
  }

  async #runClaimed(running: RunningJob): Promise<RunResult> {
    const { job, command } = running.claimed;
    const { log, times } = this.#options;
    const fields = { jobId: job.jobId, kind: command.kind, attempt: job.attempt };
    log.info(fields, 'A job was taken up.');
    const end = await running.run(this.#handler);
    await this.#settle(job, end.outcome);
    this.#tell(fields, end);
    const againAfterMs = times.repeatAfterMs[job.attempt - 1];
    return end.repeat && againAfterMs !== undefined ? { againAfterMs } : 'done';
  }

  #tell(fields: object, { outcome, repeat, error }: JobEnd): void {
    const { log } = this.#options;
    const state = { ...fields, state: outcome.state };
    if (outcome.state === 'success') {
      log.info(state, 'A job has succeeded.');
      for (const warning of warningsOf(outcome.report))
        log.warn({ ...state, warning }, 'A job gave a warning.');
    } else if (repeat) {
      log.warn({ ...state, err: error }, 'A job could not be done now, and is tried again.');
    } else if (outcome.state === 'failed') {
      log.error({ ...state, err: error }, 'A job has failed.');
    } else {
      log.info(state, outcome.state === 'pending' ? 'A job was handed back.' : 'A job was cancelled.');
    }
  }

  /** Records the end, as often as it takes: while the store is away the job's own work is done, and must not be lost. */
  async #settle({ jobId }: JobRecord, outcome: JobOutcome): Promise<void> {
    const { store, log, times } = this.#options;
    const longestMs = times.settleAgainAfterMs * 10;
    let toRecord = outcome;
    for (let pauseMs = times.settleAgainAfterMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
      try {
        await store.settle(jobId, toRecord);
        return;
      } catch (thrown) {
        const error = toBackupError(thrown);
        if (error.kind !== 'unavailable') {
          log.error({ jobId, err: error }, 'The end of a job could not be recorded.');
          // Once more, in words that can be stored for sure: a job that never ends would be worse.
          if (toRecord !== outcome || outcome.state === 'pending') return;
          toRecord = { state: 'failed', error: toJobError(error) };
          continue;
        }
        if (this.#giveUp.signal.aborted) {
          log.error(
            { jobId, err: error },
            'The end of a job could not be recorded before this process ends.',
          );
          return;
        }
        log.warn({ jobId, err: error }, 'The end of a job could not be recorded yet.');
        await pause(pauseMs, undefined, { signal: this.#giveUp.signal }).catch(() => undefined);
      }
    }
  }
}

function warningsOf(report: unknown): readonly string[] {
  if (typeof report !== 'object' || report === null || !('warnings' in report)) return [];
  const { warnings } = report;
  return Array.isArray(warnings) ? warnings.filter(warning => typeof warning === 'string') : [];
}
