/** Work of many small steps that a connection does when nobody waits for it. */
export interface SpareWork {
  /** Whether there is a step to do. */
  readonly isWaiting: boolean;
  step(): Promise<void>;
}

/**
 * The turns of one connection, on which one thing is done at a time: what somebody waits for first, and a step of spare work
 * whenever nobody does. Once a step has failed, whoever comes next hears of it.
 */
export class ConnectionTurns {
  readonly #spare: SpareWork[] = [];
  /** Ends, without ever failing, with the last of those that were let in. */
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;
  #stopped = false;

  addSpare(work: SpareWork): void {
    this.#spare.push(work);
  }

  /**
   * Does something as soon as what came before is done.
   *
   * @throws what `work` throws, or what a step of spare work threw before; then `work` was not begun
   */
  take<T>(work: () => Promise<T>): Promise<T> {
    const taken = this.#last.then(() => {
      if (this.#failure !== null) throw this.#failure.error;
      return work();
    });
    this.#follow(taken);
    return taken;
  }

  /** Does all spare work. @throws what a step throws */
  async finish(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.take(() => next.step());
    await this.take(() => Promise.resolve());
  }

  /** Begins no more spare work, and waits for what is being done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#last;
  }

  #next(): SpareWork | undefined {
    return this.#spare.find(work => work.isWaiting);
  }

  #follow(taken: Promise<unknown>): void {
    const ended = taken.then(
      () => undefined,
      () => undefined,
    );
    this.#last = ended;
    void ended.then(() => {
      // Not at once: who has waited for this may go on to something that is ready.
      setImmediate(() => {
        if (this.#last === ended) this.#useTheTime();
      });
    });
  }

  #useTheTime(): void {
    const next = this.#next();
    if (next === undefined || this.#stopped || this.#failure !== null) return;
    this.#follow(next.step().catch((error: unknown) => (this.#failure = { error })));
  }
}
