import type { JobPage, JobSort } from '@satchel/domain';
import type { JobRow } from './job-row.js';

/** The order of a list: by a key that is never null, then by when a job was asked for, then by id; all one way. */
export interface JobOrder {
  /** Columns of the table called `job`, with PostgreSQL's types, from the first that counts. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly descending: boolean;
  /** Tells two orders apart. */
  readonly key: string;
}

const CREATED = { name: 'created_at', type: 'timestamptz' };
const ID = { name: 'job_id', type: 'uuid' };

const KEYS: Readonly<Record<JobSort, JobOrder['columns']>> = {
  created: [CREATED, ID],
  finished: [{ name: 'finished_key', type: 'timestamptz' }, CREATED, ID],
  size: [{ name: 'size_key', type: 'bigint' }, CREATED, ID],
  rows: [{ name: 'rows_key', type: 'bigint' }, CREATED, ID],
  duration: [{ name: 'duration_key', type: 'bigint' }, CREATED, ID],
  name: [{ name: 'name_key', type: 'text' }, CREATED, ID],
  type: [{ name: 'type_key', type: 'text' }, CREATED, ID],
  state: [{ name: 'state', type: 'text' }, CREATED, ID],
};

/** @returns newest first where the page does not say otherwise */
export function jobOrder({ sort = 'created', order = 'desc' }: Pick<JobPage, 'sort' | 'order'>): JobOrder {
  return { columns: KEYS[sort], descending: order === 'desc', key: `${sort} ${order}` };
}

/** The same rows from the other end. */
export function reversed(order: JobOrder): JobOrder {
  return { ...order, descending: !order.descending };
}

/** `"a" DESC, "b" DESC` of the table called `table`. */
export function orderBy({ columns, descending }: JobOrder, table: string): string {
  return columns.map(({ name }) => `${table}."${name}" ${descending ? 'DESC' : 'ASC'}`).join(', ');
}

/** The condition that a row is the one with these keys or comes after it; `first` is the number of its first parameter. */
export function atOrAfter({ columns, descending }: JobOrder, first: number): string {
  const names = columns.map(({ name }) => `job."${name}"`);
  const parameters = columns.map(({ type }, index) => `$${first + index}::${type}`);
  return `(${names.join(', ')}) ${descending ? '<=' : '>='} (${parameters.join(', ')})`;
}

/** A column with what a row is sorted by first, as a text that `atOrAfter` takes; the other keys are in each row anyway. */
export function firstKey({ columns }: JobOrder, table: string): string {
  return `${table}."${columns[0]?.name}"::text AS "first_key"`;
}

/**
 * The keys of a row, exactly as the table has them: its times are whole milliseconds.
 *
 * @returns null for a time so far off that PostgreSQL does not read what JavaScript writes
 */
export function keysOf(
  { columns }: JobOrder,
  row: JobRow & { readonly first_key: string },
): readonly string[] | null {
  const createdAt = row.created_at.toISOString();
  if (!/^\d{4}-/.test(createdAt)) return null;
  const rest = [createdAt, row.job_id];
  return columns.length === rest.length ? rest : [row.first_key, ...rest];
}
