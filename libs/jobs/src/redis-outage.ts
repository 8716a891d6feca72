import type { Queue } from 'bull';
import type { JobLog } from './job-log.js';

/**
 * Says once that Redis is out of reach, and once that it is back: each of Bull's connections would otherwise report each
 * attempt to connect, and Bull itself says nothing at all.
 */
export class RedisOutage {
  readonly #log: JobLog;
  /** What has been said since Redis was last reached. */
  readonly #said = new Set<string>();
  #closed = false;

  constructor(queue: Queue, log: JobLog) {
    this.#log = log;
    queue.on('error', (error: Error) => this.#failed(error));
    queue.client.on('ready', () => this.#reached());
  }

  /** Why Redis cannot be reached, in an error's code; null if nothing has gone wrong since it was. */
  get problem(): string | null {
    return [...this.#said].at(-1) ?? null;
  }

  /** From now on nothing is said: connections end because they are meant to. */
  close(): void {
    this.#closed = true;
  }

  #failed(error: Error & { readonly code?: unknown }): void {
    const problem = typeof error.code === 'string' ? error.code : error.name;
    if (this.#closed || this.#said.has(problem)) return;
    this.#said.add(problem);
    this.#log.warn(
      { err: error },
      'Redis cannot be used. Jobs wait in the catalog until it can be; connecting goes on.',
    );
  }

  #reached(): void {
    if (this.#said.size > 0) this.#log.info({}, 'Redis is reachable again.');
    this.#said.clear();
  }
}
