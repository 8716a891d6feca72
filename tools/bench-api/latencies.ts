/** How long many answers took, in milliseconds. */
export class Latencies {
  readonly #values: number[] = [];
  #sorted = true;

  add(ms: number): void {
    this.#values.push(ms);
    this.#sorted = false;
  }

  get count(): number {
    return this.#values.length;
  }

  /**
   * The value that a share of all answers did not exceed (nearest rank).
   *
   * @param share 0.95 for the 95th percentile
   * @returns     NaN where nothing was measured
   */
  percentile(share: number): number {
    if (!this.#sorted) this.#values.sort((a, b) => a - b);
    this.#sorted = true;
    return this.#values[Math.max(0, Math.ceil(share * this.#values.length) - 1)] ?? Number.NaN;
  }

  get worst(): number {
    return this.percentile(1);
  }
}
