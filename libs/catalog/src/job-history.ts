import type { JobFilter, JobPage, JobRecord } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { jobConditions, whereOf, type JobConditions } from './job-conditions.js';
import { atOrAfter, jobOrder, keysColumn, orderBy, reversed, type JobOrder } from './job-order.js';
import { JOB_COLUMNS, jobRecordOf, type JobRow } from './job-row.js';
import { JobTotals } from './job-totals.js';
import { PageAnchors, type Approach } from './page-anchors.js';
import { pageOf } from './page-of.js';
import { PreparedNames } from './prepared-names.js';

export interface FoundJobs {
  readonly total: number;
  readonly items: readonly JobRecord[];
}

interface PageRow extends JobRow {
  readonly keys: readonly string[];
}

/**
 * Up to so many jobs, those that match are found first and then sorted. Of more, an index is read in the list's order, and
 * those that do not match are passed over. About where both take as long, for 100,000 jobs and pages of 50.
 */
const FEW = 2_000;

/**
 * Pages of jobs: any filter, search and order, in one round trip where the filter's total is known. See decision 20 for what
 * was measured.
 */
export class JobHistory {
  readonly #names = new PreparedNames();
  readonly #totals: JobTotals;
  readonly #reading = new Map<string, Promise<FoundJobs>>();

  constructor(private readonly database: CatalogDatabase) {
    this.#totals = new JobTotals(database, this.#names);
  }

  /** Many who ask for the same page at the same moment share one answer. @throws BackupError as `pageOf` does */
  async find(filter: JobFilter, page: JobPage): Promise<FoundJobs> {
    const { take, skip } = pageOf(page);
    const conditions = jobConditions(filter);
    const order = jobOrder(page);
    await this.database.deadJobs.beforeRead();
    const key = `${this.database.ownJobs.changes} ${skip} ${take} ${order.key} ${conditions.key}`;
    let reading = this.#reading.get(key);
    if (reading === undefined) {
      reading = this.#read(conditions, order, skip, take).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  /** Whether a filter finds only few, so that its words are best looked up in their index. */
  async findsFew(conditions: JobConditions): Promise<boolean> {
    return (await this.#totals.of(conditions)).total <= FEW;
  }

  async #read(conditions: JobConditions, order: JobOrder, offset: number, limit: number): Promise<FoundJobs> {
    const { total, anchors } = await this.#totals.of(conditions);
    const length = Math.min(limit, total - offset);
    if (length <= 0) return { total, items: [] };
    if (total <= FEW) return { total, items: await this.#sorted(conditions, order, offset, length) };
    let known = anchors.get(order.key);
    if (known === undefined) anchors.set(order.key, (known = new PageAnchors(total)));
    const rows = await this.#walk(conditions, order, known.approach(offset, length), length);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first !== undefined && last !== undefined) {
      known.add(offset, first.keys);
      known.add(offset + rows.length - 1, last.keys);
    }
    return { total, items: rows.map(jobRecordOf) };
  }

  async #sorted(
    conditions: JobConditions,
    order: JobOrder,
    offset: number,
    limit: number,
  ): Promise<readonly JobRecord[]> {
    const { where, values } = whereOf(conditions, 'indexed');
    const columns = order.columns.map(({ name }) => `job."${name}"`).join(', ');
    const text = `
      WITH matching AS MATERIALIZED (SELECT ${columns} FROM "satchel"."job" AS job ${where}),
      page AS (
        SELECT * FROM matching ORDER BY ${orderBy(order, 'matching')}
        OFFSET $${values.length + 1} LIMIT $${values.length + 2}
      )
      SELECT ${JOB_COLUMNS} FROM page JOIN "satchel"."job" AS job USING ("job_id")
      ORDER BY ${orderBy(order, 'page')}`;
    const { rows } = await this.database.query<JobRow>({
      text,
      values: [...values, offset, limit],
      ...this.#names.of(text),
    });
    return rows.map(jobRecordOf);
  }

  /** Reads along an index from a known row on. Only the index is read of rows that are passed over. */
  async #walk(
    conditions: JobConditions,
    order: JobOrder,
    { from, backwards, skip }: Approach,
    limit: number,
  ): Promise<readonly PageRow[]> {
    const way = backwards ? reversed(order) : order;
    const start = conditions.values.length + (conditions.search === null ? 1 : 2);
    const keys = from.keys ?? [];
    const { where, values } = whereOf(
      conditions,
      'each row',
      ...(from.keys === null ? [] : [atOrAfter(way, start)]),
    );
    const window = `ORDER BY ${orderBy(way, 'job')} OFFSET $${start + keys.length} LIMIT $${start + keys.length + 1}`;
    const columns = order.columns.map(({ name }) => `job."${name}"`).join(', ');
    const text =
      skip === 0
        ? `SELECT ${JOB_COLUMNS}, ${keysColumn(order, 'job')} FROM "satchel"."job" AS job ${where} ${window}`
        : `WITH page AS MATERIALIZED (SELECT ${columns} FROM "satchel"."job" AS job ${where} ${window})
           SELECT ${JOB_COLUMNS}, ${keysColumn(order, 'page')}
           FROM page JOIN "satchel"."job" AS job USING ("job_id") ORDER BY ${orderBy(way, 'page')}`;
    const { rows } = await this.database.query<PageRow>({
      text,
      values: [...values, ...keys, skip, limit],
      ...this.#names.of(text),
    });
    return backwards ? rows.reverse() : rows;
  }
}
