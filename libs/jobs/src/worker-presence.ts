import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock, JobStore } from '@satchel/domain';
import type { JobLog } from './job-log.js';
import { Repeater } from './repeater.js';

/** Names one worker for as long as it lives: the same process started again is another. */
export function newWorkerId(): string {
  return `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
}

export interface WorkerPresenceOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly workerId: string;
  /** Product and version. */
  readonly version: string;
  readonly concurrency: number;
  readonly everyMs: number;
}

/** Shows in the store that a worker is there, for as long as it is. */
export class WorkerPresence {
  readonly #options: WorkerPresenceOptions;
  readonly #repeater: Repeater;

  constructor(options: WorkerPresenceOptions) {
    this.#options = options;
    const { store, clock, log, workerId, version, concurrency, everyMs } = options;
    const startedAt = clock.now();
    const facts = { workerId, version, concurrency, startedAt, host: hostname(), pid: process.pid };
    this.#repeater = new Repeater(
      () => store.noteWorker({ ...facts, seenAt: clock.now() }),
      everyMs,
      error => log.debug({ workerId, err: error }, 'The worker could not show that it is there.'),
    );
  }

  show(): void {
    this.#repeater.start();
  }

  /** Never throws: a worker that is forgotten only once it is out of sight does no harm. */
  async leave(): Promise<void> {
    await this.#repeater.stop();
    await this.#options.store.forgetWorker(this.#options.workerId).catch(() => undefined);
  }
}
