import type { Clock, ClaimedJob, JobHandler, JobOutcome, JobStore } from '@satchel/domain';
import { BackupError, mayRepeat, toBackupError, toJobError } from '@satchel/domain';
import type { JobLog } from './job-log.js';
import { ProgressMeter } from './progress-meter.js';
import { Repeater } from './repeater.js';

/** Why a job stops when its process is told to end. Not `cancelled`: nobody has asked for that. */
const SHUT_DOWN = new BackupError(
  'unavailable',
  'The server was shut down; nothing was changed. Ask for it again once the server is back.',
);

/** How errors look that only say that the signal was aborted: a driver may notice before the use case does. */
const STOPPED_KINDS: readonly string[] = ['cancelled', 'unavailable'];

export interface RunningJobOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly beatEveryMs: number;
  /** Attempts in all. */
  readonly attempts: number;
}

/** What is to be recorded of a job's end. */
export interface JobEnd {
  readonly outcome: JobOutcome;
  /** Whether the job is handed back because what it needs was away, so that it is tried again after a pause. */
  readonly repeat: boolean;
  /** What was thrown, with its causes, for the log; null if nothing was. */
  readonly error: BackupError | null;
}

/** One claimed job while it runs: its progress goes to the store, and a wish to stop it comes back from there. */
export class RunningJob {
  readonly #abort = new AbortController();
  readonly #meter: ProgressMeter;
  readonly #options: RunningJobOptions;
  #shutDown = false;

  constructor(
    readonly claimed: ClaimedJob,
    options: RunningJobOptions,
  ) {
    this.#options = options;
    this.#meter = new ProgressMeter(options.clock);
  }

  /** Runs the handler to its end. Never throws. */
  async run(handler: JobHandler): Promise<JobEnd> {
    const { job, command } = this.claimed;
    const { log, beatEveryMs } = this.#options;
    const beats = new Repeater(
      () => this.#beat(),
      beatEveryMs,
      error => log.debug({ jobId: job.jobId, err: error }, 'The progress of a job could not be noted.'),
    );
    beats.start(beatEveryMs);
    try {
      const report = await handler(job, command, {
        signal: this.#abort.signal,
        onProgress: progress => this.#meter.note(progress),
      });
      return { outcome: { state: 'success', report }, repeat: false, error: null };
    } catch (thrown) {
      return this.#endOf(toBackupError(thrown));
    } finally {
      // Not waited for: a store that does not answer must not keep a job from ending.
      void beats.stop();
    }
  }

  /** Stops it because the process is to end. */
  shutDown(): void {
    this.#shutDown ||= !this.#abort.signal.aborted;
    this.#abort.abort(SHUT_DOWN);
  }

  async #beat(): Promise<void> {
    const by = await this.#options.store.beat(this.claimed.job.jobId, this.#meter.read());
    if (by === null) return;
    this.#abort.abort(
      new BackupError('cancelled', `Stopped by ${by}; nothing was changed.`, { stoppedBy: by }),
    );
  }

  #endOf(error: BackupError): JobEnd {
    const { job, command } = this.claimed;
    const repeatable = mayRepeat(command.kind);
    const stopped = this.#abort.signal.aborted && STOPPED_KINDS.includes(error.kind);
    // Where the connection broke at the commit, nobody knows what was done, and no other words may hide that.
    if (stopped && error.context['outcome'] !== 'unknown') {
      if (this.#shutDown && repeatable) return { outcome: { state: 'pending' }, repeat: false, error };
      const state = this.#shutDown ? 'failed' : 'cancelled';
      const reason = toJobError(toBackupError(this.#abort.signal.reason));
      return { outcome: { state, error: reason }, repeat: false, error };
    }
    if (error.kind === 'unavailable' && repeatable && job.attempt < this.#options.attempts) {
      return { outcome: { state: 'pending' }, repeat: true, error };
    }
    const state = error.kind === 'cancelled' ? 'cancelled' : 'failed';
    return { outcome: { state, error: toJobError(error) }, repeat: false, error };
  }
}
