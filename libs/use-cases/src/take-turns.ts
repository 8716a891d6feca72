import { BackupError, throwIfCancelled } from '@satchel/domain';

export interface TurnLimits {
  /** How many at the same time. */
  readonly atOnce: number;
  /** How many may wait. */
  readonly waiting: number;
  readonly patienceMs: number;
}

/** Lets only so many do something costly at the same time; the rest wait in order, and not for ever. */
export class Turns {
  #busy = 0;
  readonly #queue: (() => void)[] = [];

  constructor(
    /** For messages: what there are too many of. */
    private readonly what: string,
    private readonly limits: TurnLimits,
  ) {}

  /** @throws BackupError `rate_limited` if too many wait already or the turn does not come; `cancelled` */
  async take<T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await act();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    throwIfCancelled(signal);
    if (this.#busy < this.limits.atOnce) {
      this.#busy += 1;
      return;
    }
    if (this.#queue.length >= this.limits.waiting) throw this.#tooMany();
    await this.#wait(signal);
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
      };
      const start = (): void => {
        settle();
        resolve();
      };
      const giveUp = (): void => {
        settle();
        this.#queue.splice(this.#queue.indexOf(start), 1);
        reject(signal?.aborted === true ? whyStopped(signal) : this.#tooMany());
      };
      const timer = setTimeout(giveUp, this.limits.patienceMs);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.push(start);
    });
  }

  /** Hands the turn to the first who waits, so that nobody slips in between. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }

  #tooMany(): BackupError {
    return new BackupError(
      'rate_limited',
      `Too many ${this.what} at the same time: ${this.limits.atOnce} are running and others wait. Try again in a moment.`,
      { retryAfterSeconds: 10 },
    );
  }
}

function whyStopped({ reason }: AbortSignal): BackupError {
  return reason instanceof BackupError
    ? reason
    : new BackupError('cancelled', 'Stopped on request; nothing was changed.');
}
