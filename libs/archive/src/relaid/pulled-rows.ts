import type { RowBatch } from '@satchel/domain';

/** A part's rows as a reader pulls them from its document, so that it can take those that nobody asked for. */
export class PulledRows implements AsyncIterable<RowBatch> {
  #ended = false;

  /** @param pull the next batch, or null once the part has ended */
  constructor(private readonly pull: () => Promise<RowBatch | null>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<RowBatch, void, undefined> {
    for (let batch = await this.#next(); batch !== null; batch = await this.#next()) yield batch;
  }

  /** Reads what is left, so that it is checked and the next part can begin. */
  async drain(): Promise<void> {
    while ((await this.#next()) !== null);
  }

  async #next(): Promise<RowBatch | null> {
    if (this.#ended) return null;
    const batch = await this.pull();
    if (batch === null) this.#ended = true;
    return batch;
  }
}
