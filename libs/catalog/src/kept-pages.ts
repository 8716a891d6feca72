import type { JobRecord } from '@satchel/domain';

/** Jobs kept at most, over all pages: some kilobytes each, most of them a report's. */
const MAX_JOBS = 2_500;

/** A page of jobs, and what it is a page of. */
export interface FoundJobs {
  readonly total: number;
  readonly items: readonly JobRecord[];
}

/** One that was read, and as of which change of the table; null if its total is of another change than its jobs. */
export interface ReadJobs {
  readonly found: FoundJobs;
  readonly change: string | null;
}

/**
 * Pages that were read, for as long as the table is unchanged: people page to and fro, and a page that is open asks again.
 * Whoever takes one has to know the number of the last change. The page longest not asked for goes first.
 */
export class KeptPages {
  /** In the order in which they were last taken. */
  readonly #pages = new Map<string, ReadJobs>();
  #jobs = 0;

  /** @param maxJobs for tests */
  constructor(private readonly maxJobs = MAX_JOBS) {}

  has(question: string): boolean {
    return this.#pages.has(question);
  }

  /** @param change the number of the last change, asked for after the question came. @returns undefined if it is not as of that */
  take(question: string, change: string): FoundJobs | undefined {
    const page = this.#pages.get(question);
    if (page === undefined) return undefined;
    this.#drop(question, page);
    if (page.change !== change) return undefined;
    this.#put(question, page);
    return page.found;
  }

  /** A job that runs reports its progress without counting as changed, so a page with one is as good as now only. */
  keep(question: string, page: ReadJobs): void {
    const former = this.#pages.get(question);
    if (former !== undefined) this.#drop(question, former);
    if (
      page.change === null ||
      page.found.items.some(({ state, progress }) => state === 'running' || progress)
    )
      return;
    this.#put(question, page);
    for (const [oldest, kept] of this.#pages) {
      if (this.#jobs <= this.maxJobs) return;
      this.#drop(oldest, kept);
    }
  }

  #put(question: string, page: ReadJobs): void {
    this.#pages.set(question, page);
    this.#jobs += weightOf(page);
  }

  #drop(question: string, page: ReadJobs): void {
    this.#pages.delete(question);
    this.#jobs -= weightOf(page);
  }
}

/** An empty page takes place as well. */
function weightOf({ found }: ReadJobs): number {
  return found.items.length + 1;
}
