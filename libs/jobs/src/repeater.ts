/**
 * Does something again and again: at once, and then so long after it was last done. Never twice at the same time, and never
 * stopped by a failure.
 */
export class Repeater {
  readonly #task: () => Promise<void>;
  readonly #everyMs: number;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #stopped = false;

  constructor(task: () => Promise<void>, everyMs: number, onError: (error: unknown) => void) {
    this.#task = task;
    this.#everyMs = everyMs;
    this.#onError = onError;
  }

  /** @param firstAfterMs how long to wait before the first time */
  start(firstAfterMs = 0): void {
    this.#timer = setTimeout(() => this.#do(), firstAfterMs);
  }

  /** Never again. @returns when what is under way has ended */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  #do(): void {
    this.#underWay = this.#task()
      .catch(this.#onError)
      .then(() => {
        this.#underWay = undefined;
        if (!this.#stopped) this.#timer = setTimeout(() => this.#do(), this.#everyMs);
      });
  }
}
