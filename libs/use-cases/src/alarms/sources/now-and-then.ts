import type { AlarmCause, AlarmSource } from '@satchel/domain';

/** Looks only so often, and gives the last answer meanwhile: for what takes long to look at, and changes slowly. */
export class NowAndThen implements AlarmSource {
  #last: { readonly at: Date; readonly causes: readonly AlarmCause[] } | undefined;

  constructor(
    private readonly source: AlarmSource,
    private readonly everyMs: number,
  ) {}

  get name() {
    return this.source.name;
  }

  get kinds() {
    return this.source.kinds;
  }

  async look(now: Date, signal?: AbortSignal): Promise<readonly AlarmCause[]> {
    if (this.#last === undefined || now.getTime() - this.#last.at.getTime() >= this.everyMs) {
      this.#last = { at: now, causes: await this.source.look(now, signal) };
    }
    return this.#last.causes;
  }
}
