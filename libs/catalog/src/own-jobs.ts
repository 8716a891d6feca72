/** What one process alone knows of jobs: which ones it is at work on, and whether it has changed any. */
export class OwnJobs {
  readonly #claimed = new Map<string, number>();
  readonly #toBegin = new Set<string>();
  #changes = 0;

  /** Counts this process' writes: what was read under another number may be out of date. */
  get changes(): number {
    return this.#changes;
  }

  noteChange(): void {
    this.#changes += 1;
  }

  /** @param attempt the number that the table has for it; another one there means that the job was taken away */
  claim(jobId: string, attempt: number): void {
    this.#claimed.set(jobId, attempt);
    this.#toBegin.add(jobId);
  }

  /** The number of the attempt that this process is at; undefined for a job that it has not claimed. */
  attempt(jobId: string): number | undefined {
    return this.#claimed.get(jobId);
  }

  /** Whether a use case may go on with the claimed job's record; once for each claim. */
  takeOver(jobId: string): boolean {
    return this.#toBegin.delete(jobId);
  }

  settle(jobId: string): void {
    this.#claimed.delete(jobId);
    this.#toBegin.delete(jobId);
  }
}
