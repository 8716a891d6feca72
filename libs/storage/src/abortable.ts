import { BackupError, throwIfCancelled } from '@satchel/domain';

/**
 * Lets waits end when a signal is aborted, whatever they wait for. Unlike `Promise.race` against one promise for the whole
 * job, it keeps nothing of a wait that is over, so that millions of them take no memory.
 *
 * @example
 * using stop = new Abortable(signal);
 * await stop.race(somethingSlow());
 */
export class Abortable implements Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #waiting = new Set<(reason: BackupError) => void>();

  /** @throws BackupError `cancelled` if the signal is aborted already */
  constructor(signal: AbortSignal | undefined) {
    throwIfCancelled(signal);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /** The promise's outcome, or `cancelled` as soon as the signal is aborted; the promise itself goes on unwatched. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#waiting.delete(reject);
        act();
      };
      this.#waiting.add(reject);
      promise.then(
        value => settle(() => resolve(value)),
        (error: Error) => settle(() => reject(error)),
      );
      if (this.aborted) this.#onAbort();
    });
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    for (const reject of this.#waiting) reject(cancelled(this.#signal));
    this.#waiting.clear();
  };
}

/** What an aborted signal is told as. */
export function cancelled(signal: AbortSignal | undefined): BackupError {
  return signal?.reason instanceof BackupError
    ? signal.reason
    : new BackupError('cancelled', 'Stopped on request; nothing was changed.');
}
