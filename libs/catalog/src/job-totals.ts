import type { CatalogDatabase } from './catalog-database.js';
import { whereOf, type JobConditions } from './job-conditions.js';
import { PageAnchors } from './page-anchors.js';
import type { PreparedNames } from './prepared-names.js';

/** How long a total is good, and how old it may be while it is counted anew; in milliseconds. */
const FRESH_MS = 1_000;
const USABLE_MS = 2_000;

/** Filters remembered at most; the one longest not counted goes first. */
const MAX_FILTERS = 500;

/** How many jobs a filter finds, and where in which list some of them are. */
export interface Counted {
  readonly total: number;
  /** By the order's key. */
  readonly anchors: Map<string, PageAnchors>;
  readonly countedAt: number;
  /** The number of this process' writes before it was counted. */
  readonly changes: number;
}

/**
 * Counts what filters find. Counting reads all that matches, a page only a few rows: so totals are remembered, for at most
 * two seconds and until this process writes. Those of other processes may be that old.
 */
export class JobTotals {
  readonly #counted = new Map<string, Counted>();
  readonly #counting = new Map<string, Promise<Counted>>();

  constructor(
    private readonly database: CatalogDatabase,
    private readonly names: PreparedNames,
  ) {}

  async of(conditions: JobConditions): Promise<Counted> {
    const known = this.#counted.get(conditions.key);
    if (known?.changes !== this.database.ownJobs.changes) return this.#count(conditions);
    const age = performance.now() - known.countedAt;
    if (age > USABLE_MS) return this.#count(conditions);
    // Who waits for the next page need not wait for this. If it fails, the next question finds out why.
    if (age > FRESH_MS) this.#count(conditions).catch(() => undefined);
    return known;
  }

  #count(conditions: JobConditions): Promise<Counted> {
    const { changes } = this.database.ownJobs;
    const key = `${changes} ${conditions.key}`;
    let counting = this.#counting.get(key);
    if (counting === undefined) {
      counting = this.#ask(conditions, changes).finally(() => this.#counting.delete(key));
      this.#counting.set(key, counting);
    }
    return counting;
  }

  async #ask(conditions: JobConditions, changes: number): Promise<Counted> {
    const { where, values } = whereOf(conditions, 'indexed');
    const text = `SELECT count(*)::int AS total FROM "satchel"."job" AS job ${where}`;
    const countedAt = performance.now();
    const { rows } = await this.database.query<{ total: number }>({ text, values, ...this.names.of(text) });
    const counted = {
      total: rows[0]?.total ?? 0,
      anchors: new Map<string, PageAnchors>(),
      countedAt,
      changes,
    };
    this.#counted.delete(conditions.key);
    this.#counted.set(conditions.key, counted);
    if (this.#counted.size > MAX_FILTERS) {
      const [oldest] = this.#counted.keys();
      if (oldest !== undefined) this.#counted.delete(oldest);
    }
    return counted;
  }
}
