import type { CatalogDatabase } from './catalog-database.js';
import { CHANGE_NUMBER } from './job-totals.js';

const STATEMENT = { name: 'last change of jobs', text: `SELECT ${CHANGE_NUMBER} AS change` };

/**
 * Tells the number of the last change to the table of jobs. However many ask, one question is on its way at a time: who asks
 * meanwhile shares the next one, never this one, so that no answer is older than what it answers.
 */
export class LastChange {
  #asking: Promise<string> | undefined;
  #next: Promise<string> | undefined;

  constructor(private readonly database: CatalogDatabase) {}

  /** @throws BackupError as `CatalogDatabase.query` does */
  now(): Promise<string> {
    if (this.#asking === undefined) return this.#ask();
    this.#next ??= this.#afterwards(this.#asking);
    return this.#next;
  }

  async #afterwards(asking: Promise<string>): Promise<string> {
    // Whether that one failed is for those to hear who asked it.
    await asking.catch(() => undefined);
    this.#next = undefined;
    return this.#ask();
  }

  #ask(): Promise<string> {
    const asking = this.database
      .query<{ change: string }>(STATEMENT)
      .then(({ rows }) => rows[0]?.change ?? '')
      .finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }
}
