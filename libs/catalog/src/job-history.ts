import type { JobFilter, JobPage, JobRecord } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { jobConditions, whereOf, type JobConditions } from './job-conditions.js';
import { atOrAfter, jobOrder, keysColumn, orderBy, reversed, type JobOrder } from './job-order.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import { CHANGE_NUMBER, JobTotals, type Counted } from './job-totals.js';
import type { Approach } from './page-anchors.js';
import { pageOf } from './page-of.js';
import { PreparedNames } from './prepared-names.js';

export interface FoundJobs {
  readonly total: number;
  readonly items: readonly JobRecord[];
}

/** The part of a list that is asked for; whole numbers, checked. */
interface Wanted {
  readonly conditions: JobConditions;
  readonly order: JobOrder;
  readonly offset: number;
  readonly limit: number;
}

type PageRow = JobRow & { readonly keys: readonly string[]; readonly change: string };

/**
 * Up to so many jobs, those that match are found first and then sorted. Of more, an index is read in the list's order, and
 * those that do not match are passed over. About where both take as long, for 100,000 jobs and pages of 50.
 */
const FEW = 2_000;

/**
 * Pages of jobs: any filter, search and order. A page of a filter that has been asked for before takes one round trip. See
 * decision 20 for what was measured.
 */
export class JobHistory {
  readonly #names = new PreparedNames();
  readonly #totals: JobTotals;
  readonly #reading = new Map<string, Promise<FoundJobs>>();

  /** @param few how many jobs are few; for tests, which have no 100,000 */
  constructor(
    private readonly database: CatalogDatabase,
    private readonly few = FEW,
  ) {
    this.#totals = new JobTotals(database, this.#names);
  }

  /** Many who ask for the same page at the same moment share one answer. @throws BackupError as `pageOf` does */
  async find(filter: JobFilter, page: JobPage): Promise<FoundJobs> {
    const { take: limit, skip: offset } = pageOf(page);
    const wanted = { conditions: jobConditions(filter), order: jobOrder(page), offset, limit };
    await this.database.deadJobs.beforeRead();
    const key = `${this.database.ownJobs.changes} ${offset} ${limit} ${wanted.order.key} ${wanted.conditions.key}`;
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      reading = this.#find(wanted).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  /** Whether a filter finds only few, so that its words are best looked up in their index. */
  async findsFew(conditions: JobConditions): Promise<boolean> {
    return (this.#totals.known(conditions) ?? (await this.#totals.count(conditions))).total <= this.few;
  }

  async #find(wanted: Wanted): Promise<FoundJobs> {
    const known = this.#totals.known(wanted.conditions);
    if (known !== undefined) {
      const askedAt = performance.now();
      const rows = await this.#page(known, wanted);
      const [first] = rows;
      if (first?.change === known.change) known.wasRight(askedAt);
      if (known.isUsable) {
        // Overtaken: whoever asks next finds it counted anew. If that fails, the next question finds out why.
        if (first !== undefined && first.change !== known.change) {
          this.#totals.count(wanted.conditions).catch(() => undefined);
        }
        return { total: known.total, items: rows.map(jobRecordOf) };
      }
    }
    const counted = await this.#totals.count(wanted.conditions);
    return { total: counted.total, items: (await this.#page(counted, wanted)).map(jobRecordOf) };
  }

  async #page(counted: Counted, wanted: Wanted): Promise<readonly PageRow[]> {
    const { order, offset, limit } = wanted;
    const length = Math.min(limit, counted.total - offset);
    if (length <= 0) return [];
    if (counted.total <= this.few) return this.#sorted(wanted);
    const rows = await this.#walk(wanted, counted.approach(order, offset, length), length);
    const [first, last] = [rows[0], rows.at(-1)];
    // Places are those of the change that was counted; of another, they would be wrong for longer than this page.
    if (first !== undefined && last !== undefined && first.change === counted.change) {
      counted.remember(order, offset, first.keys);
      counted.remember(order, offset + rows.length - 1, last.keys);
    }
    return rows;
  }

  async #sorted({ conditions, order, offset, limit }: Wanted): Promise<readonly PageRow[]> {
    const { where, values } = whereOf(conditions, 'indexed');
    const text = `
      WITH matching AS MATERIALIZED (SELECT ${columnsOf(order)} FROM "satchel"."job" AS job ${where}),
      page AS (
        SELECT * FROM matching ORDER BY ${orderBy(order, 'matching')}
        OFFSET $${values.length + 1} LIMIT $${values.length + 2}
      )
      SELECT ${JOB_COLUMNS}, ${keysColumn(order, 'page')}, ${CHANGE_NUMBER} AS change
      FROM page JOIN "satchel"."job" AS job USING ("job_id") ORDER BY ${orderBy(order, 'page')}`;
    return this.#ask(text, [...values, offset, limit]);
  }

  /** Reads along an index from a known row on. Only the index is read of rows that are passed over. */
  async #walk(
    { conditions, order }: Wanted,
    { from, backwards, skip }: Approach,
    length: number,
  ): Promise<readonly PageRow[]> {
    const way = backwards ? reversed(order) : order;
    const start = conditions.values.length + (conditions.search === null ? 1 : 2);
    const keys = from.keys ?? [];
    const { where, values } = whereOf(
      conditions,
      'each row',
      ...(from.keys === null ? [] : [atOrAfter(way, start)]),
    );
    // The usual numbers stand in the text: a plan that is made for any number of rows is one for many.
    const isNear = skip <= 1;
    const window = `ORDER BY ${orderBy(way, 'job')} LIMIT ${length} OFFSET ${isNear ? skip : `$${start + keys.length}`}`;
    const text = isNear
      ? `SELECT ${JOB_COLUMNS}, ${keysColumn(order, 'job')}, ${CHANGE_NUMBER} AS change
         FROM "satchel"."job" AS job ${where} ${window}`
      : `WITH page AS MATERIALIZED (SELECT ${columnsOf(order)} FROM "satchel"."job" AS job ${where} ${window})
         SELECT ${JOB_COLUMNS}, ${keysColumn(order, 'page')}, ${CHANGE_NUMBER} AS change
         FROM page JOIN "satchel"."job" AS job USING ("job_id") ORDER BY ${orderBy(way, 'page')}`;
    const rows = await this.#ask(text, [...values, ...keys, ...(isNear ? [] : [skip])]);
    return backwards ? rows.reverse() : rows;
  }

  async #ask(text: string, values: readonly unknown[]): Promise<PageRow[]> {
    return (await this.database.query<PageRow>({ text, values, ...this.#names.of(text) })).rows;
  }
}

/** The order's columns of the table called `job`; its id is among them. */
function columnsOf({ columns }: JobOrder): string {
  return columns.map(({ name }) => `job."${name}"`).join(', ');
}
