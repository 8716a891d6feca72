import type { QueryResultRow } from 'pg';
import type { CatalogDatabase } from './catalog-database.js';
import type { CommonWords } from './common-words.js';
import { whereOf, type JobConditions } from './job-conditions.js';
import type { JobOrder } from './job-order.js';
import { PageAnchors, type Approach } from './page-anchors.js';

/** How old a total may be that another process' write has overtaken, in milliseconds. */
const USABLE_MS = 2_000;

/** Filters remembered at most; the one longest not counted goes first. */
const MAX_FILTERS = 500;

/** Rows whose places are remembered, over all filters; a few hundred bytes each. */
const MAX_ANCHORS = 20_000;

/** Gives the number of the last change, in the same view of the database as the rest of the statement. */
export const CHANGE_NUMBER = `(SELECT "number" FROM "satchel"."job_change")`;

/** Runs one statement of history. @returns its rows */
export type Ask = <Row extends QueryResultRow>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** How many jobs a filter finds, and where in its lists some of them are; as of one change of the table. */
export class Counted {
  readonly #lists = new Map<string, PageAnchors>();
  #rightAt: number;
  anchors = 0;

  constructor(
    readonly total: number,
    /** The number of the change. */
    readonly change: string,
    /** The number of this process' writes before it was counted. */
    readonly ownChanges: number,
    countedAt: number,
  ) {
    this.#rightAt = countedAt;
  }

  /** Whether it was right less than two seconds ago. */
  get isUsable(): boolean {
    return performance.now() - this.#rightAt < USABLE_MS;
  }

  /** Notes that the table was still the same at a time. */
  wasRight(at: number): void {
    this.#rightAt = Math.max(this.#rightAt, at);
  }

  approach(order: JobOrder, offset: number, length: number): Approach {
    return this.#list(order).approach(offset, length);
  }

  remember(order: JobOrder, position: number, keys: readonly string[] | null): void {
    if (keys !== null && this.#list(order).add(position, keys)) this.anchors += 1;
  }

  #list(order: JobOrder): PageAnchors {
    let list = this.#lists.get(order.key);
    if (list === undefined) this.#lists.set(order.key, (list = new PageAnchors(this.total)));
    return list;
  }
}

/**
 * Counts what filters find. Counting reads all that matches, a page only a few rows: so totals are remembered for as long as
 * nothing changes. This process' own writes are known at once; those of others show with the next page that is read,
 * and what they have overtaken is used for two seconds at most while it is counted anew.
 */
export class JobTotals {
  readonly #counted = new Map<string, Counted>();
  readonly #counting = new Map<string, Promise<Counted>>();

  constructor(
    private readonly database: CatalogDatabase,
    private readonly commonWords: CommonWords,
    private readonly ask: Ask,
  ) {}

  /** What is known of a filter, right or not; undefined if nothing is, or this process has written since. */
  known(conditions: JobConditions): Counted | undefined {
    const counted = this.#counted.get(conditions.key);
    return counted?.ownChanges === this.database.ownJobs.changes ? counted : undefined;
  }

  /** Counts anew. Who asks while it is being counted shares the answer. */
  count(conditions: JobConditions): Promise<Counted> {
    const { changes } = this.database.ownJobs;
    const key = `${changes} ${conditions.key}`;
    let counting = this.#counting.get(key);
    if (counting === undefined) {
      counting = this.#count(conditions, changes).finally(() => this.#counting.delete(key));
      this.#counting.set(key, counting);
    }
    return counting;
  }

  /** Notes what somebody else has counted. */
  note(conditions: JobConditions, counted: Counted): void {
    this.#counted.delete(conditions.key);
    this.#counted.set(conditions.key, counted);
    this.#forget();
  }

  async #count(conditions: JobConditions, ownChanges: number): Promise<Counted> {
    const { where, values } = whereOf(conditions, await this.commonWords.rarest(conditions.search));
    const text = `SELECT count(*)::int AS total, ${CHANGE_NUMBER} AS change FROM "satchel"."job" AS job ${where}`;
    const countedAt = performance.now();
    const [row] = await this.ask<{ total: number; change: string }>(text, values);
    const counted = new Counted(row?.total ?? 0, row?.change ?? '', ownChanges, countedAt);
    this.note(conditions, counted);
    return counted;
  }

  #forget(): void {
    let anchors = 0;
    for (const counted of this.#counted.values()) anchors += counted.anchors;
    for (const [key, counted] of this.#counted) {
      if (this.#counted.size <= MAX_FILTERS && anchors <= MAX_ANCHORS) return;
      this.#counted.delete(key);
      anchors -= counted.anchors;
    }
  }
}
