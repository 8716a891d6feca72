import type { JobFilter, JobPage } from '@satchel/domain';
import type { QueryResultRow } from 'pg';
import type { CatalogDatabase } from './catalog-database.js';
import { CommonWords } from './common-words.js';
import { jobConditions, whereOf, type JobConditions } from './job-conditions.js';
import { atOrAfter, firstKey, jobOrder, keysOf, orderBy, reversed, type JobOrder } from './job-order.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import type { SearchTerm } from './job-search.js';
import { CHANGE_NUMBER, Counted, JobTotals, type Ask } from './job-totals.js';
import { KeptPages, type FoundJobs, type ReadJobs } from './kept-pages.js';
import { LastChange } from './last-change.js';
import type { Approach } from './page-anchors.js';
import { pageOf } from './page-of.js';
import { Turns } from './turns.js';

/** The part of a list that is asked for; whole numbers, checked. */
interface Wanted {
  readonly conditions: JobConditions;
  readonly order: JobOrder;
  readonly offset: number;
  readonly limit: number;
}

type PageRow = JobRow & { readonly first_key: string; readonly change: string };

/** A page by the way of those who are few: one row at least, though without a job if there are none on the page. */
type SortedRow = { readonly total: number; readonly change: string } & (JobRow | { readonly job_id: null });

/**
 * Up to so many jobs, those that match are found first and then sorted. Of more, an index is read in the list's order, and
 * those that do not match are passed over. About where both take as long, for 100,000 jobs and pages of 50.
 */
const FEW = 2_000;

/**
 * Connections used at the same time: more would not be faster, since each is kept busy, but each has to plan the same
 * statements, and none would be left for those who run jobs.
 */
const CONNECTIONS = 4;

/**
 * Pages of jobs: any filter, search and order, in one round trip unless a filter that finds many is asked for the first time.
 * See decision 20 for what was measured.
 */
export class JobHistory {
  readonly #turns = new Turns(CONNECTIONS);
  readonly #commonWords: CommonWords;
  readonly #totals: JobTotals;
  readonly #reading = new Map<string, Promise<FoundJobs>>();
  readonly #kept = new KeptPages();
  readonly #lastChange: LastChange;

  /** @param few how many jobs are few; for tests, which have no 100,000 */
  constructor(
    private readonly database: CatalogDatabase,
    private readonly few = FEW,
  ) {
    this.#commonWords = new CommonWords(database);
    this.#lastChange = new LastChange(database);
    this.#totals = new JobTotals(database, this.#commonWords, this.#ask);
  }

  /**
   * A page that was read before is the answer if the table has not changed since: that question is small, and many share it.
   * Many who ask for the same page at the same moment share one answer.
   *
   * @throws BackupError as `pageOf` does
   */
  async find(filter: JobFilter, page: JobPage): Promise<FoundJobs> {
    const { take: limit, skip: offset } = pageOf(page);
    const wanted = { conditions: jobConditions(filter), order: jobOrder(page), offset, limit };
    await this.database.deadJobs.beforeRead();
    const question = `${offset} ${limit} ${wanted.order.key} ${wanted.conditions.key}`;
    if (this.#kept.has(question)) {
      const kept = this.#kept.take(question, await this.#lastChange.now());
      if (kept !== undefined) return kept;
    }
    const key = `${this.database.ownJobs.changes} ${question}`;
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      reading = this.#read(question, wanted).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  /** The terms of a filter that its words' index is best asked for; none if it finds many. */
  async indexedTerms(conditions: JobConditions): Promise<readonly SearchTerm[]> {
    if (conditions.search.length === 0) return [];
    const { total } = this.#totals.known(conditions) ?? (await this.#totals.count(conditions));
    return total <= this.few ? this.#commonWords.rarest(conditions.search) : [];
  }

  async #read(question: string, wanted: Wanted): Promise<FoundJobs> {
    const read = await this.#find(wanted);
    this.#kept.keep(question, read);
    return read.found;
  }

  async #find(wanted: Wanted): Promise<ReadJobs> {
    const { conditions } = wanted;
    const known = this.#totals.known(conditions);
    if (known === undefined ? conditions.looksNarrow : known.total <= this.few) return this.#sorted(wanted);
    if (known !== undefined) {
      const askedAt = performance.now();
      const rows = await this.#walk(wanted, known);
      const [first] = rows;
      if (first?.change === known.change) known.wasRight(askedAt);
      if (known.isUsable) {
        // Overtaken: whoever asks next finds it counted anew. If that fails, the next question finds out why.
        if (first !== undefined && first.change !== known.change) {
          this.#totals.count(conditions).catch(() => undefined);
        }
        return foundBy(known, rows);
      }
    }
    const counted = await this.#totals.count(conditions);
    if (counted.total <= this.few) return this.#sorted(wanted);
    return foundBy(counted, await this.#walk(wanted, counted));
  }

  /** Finds all that match, counts them, and sorts them. */
  async #sorted({ conditions, order, offset, limit }: Wanted): Promise<ReadJobs> {
    const { changes } = this.database.ownJobs;
    const { where, values } = whereOf(conditions, await this.#commonWords.rarest(conditions.search));
    const text = `
      WITH matching AS MATERIALIZED (SELECT ${columnsOf(order)} FROM "satchel"."job" AS job ${where}),
      page AS (
        SELECT * FROM matching ORDER BY ${orderBy(order, 'matching')}
        OFFSET $${values.length + 1} LIMIT $${values.length + 2}
      )
      SELECT counted.*, ${JOB_COLUMNS}
      FROM (SELECT count(*)::int AS total, ${CHANGE_NUMBER} AS change FROM matching) AS counted
        LEFT JOIN page ON true LEFT JOIN "satchel"."job" AS job USING ("job_id")
      ORDER BY ${orderBy(order, 'page')}`;
    const countedAt = performance.now();
    const rows = await this.#ask<SortedRow>(text, [...values, offset, limit]);
    const { total, change } = rows[0] ?? { total: 0, change: '' };
    this.#totals.note(conditions, new Counted(total, change, changes, countedAt));
    const items = rows.filter(row => row.job_id !== null).map(jobRecordOf);
    return { found: { total, items }, change };
  }

  /** Reads along an index from a row on whose place is known. Only the index is read of rows that are passed over. */
  async #walk({ conditions, order, offset, limit }: Wanted, counted: Counted): Promise<readonly PageRow[]> {
    const length = Math.min(limit, counted.total - offset);
    if (length <= 0) return [];
    const { from, backwards, skip }: Approach = counted.approach(order, offset, length);
    const way = backwards ? reversed(order) : order;
    const keys = from.keys ?? [];
    const start = conditions.values.length + (conditions.search.length === 0 ? 1 : 2);
    const { where, values } = whereOf(conditions, [], ...(from.keys === null ? [] : [atOrAfter(way, start)]));
    // The usual numbers stand in the text: a plan that is made for any number of rows is one for many.
    const isNear = skip <= 1;
    const window = `ORDER BY ${orderBy(way, 'job')} LIMIT ${length} OFFSET ${isNear ? skip : `$${start + keys.length}`}`;
    const text = isNear
      ? `SELECT ${JOB_COLUMNS}, ${firstKey(order, 'job')}, ${CHANGE_NUMBER} AS change
         FROM "satchel"."job" AS job ${where} ${window}`
      : `WITH page AS MATERIALIZED (SELECT ${columnsOf(order)} FROM "satchel"."job" AS job ${where} ${window})
         SELECT ${JOB_COLUMNS}, ${firstKey(order, 'page')}, ${CHANGE_NUMBER} AS change
         FROM page JOIN "satchel"."job" AS job USING ("job_id") ORDER BY ${orderBy(way, 'page')}`;
    const rows = await this.#ask<PageRow>(text, [...values, ...keys, ...(isNear ? [] : [skip])]);
    if (backwards) rows.reverse();
    const [first, last] = [rows[0], rows.at(-1)];
    // Places are those of the change that was counted; of another, they would be wrong for longer than this page.
    if (first !== undefined && last !== undefined && first.change === counted.change) {
      counted.remember(order, offset, keysOf(order, first));
      counted.remember(order, offset + rows.length - 1, keysOf(order, last));
    }
    return rows;
  }

  readonly #ask: Ask = async <Row extends QueryResultRow>(text: string, values: readonly unknown[]) => {
    const asked = { text, values, ...this.database.preparedNames.of(text) };
    const { rows } = await this.#turns.take(() => this.database.query<Row>(asked));
    return rows;
  };
}

/** A page of what was counted, which may have changed since. */
function foundBy(counted: Counted, rows: readonly PageRow[]): ReadJobs {
  const isSame = rows[0]?.change === counted.change;
  const found = { total: counted.total, items: rows.map(jobRecordOf) };
  return { found, change: isSame ? counted.change : null };
}

/** The order's columns of the table called `job`; its id is among them. */
function columnsOf({ columns }: JobOrder): string {
  return columns.map(({ name }) => `job."${name}"`).join(', ');
}
