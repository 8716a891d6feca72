import { isBackupId, type JobFilter } from '@satchel/domain';
import { allOf, searchTerms, type SearchTerm } from './job-search.js';
import { storableText } from './storable-text.js';

/** What rows of the table called `job` have to be like, in SQL. */
export interface JobConditions {
  /** Parts to be joined by `AND`; each value is numbered by its place. */
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
  /** What is searched for; empty if nothing is. It can be asked of an index, or of row after row. */
  readonly search: readonly SearchTerm[];
  /** Whether they leave only few rows, as far as one can tell before counting. */
  readonly looksNarrow: boolean;
  /** Tells two filters apart that find different rows. */
  readonly key: string;
}

/** Puts a filter into SQL. Every value is a parameter. */
export function jobConditions(filter: JobFilter): JobConditions {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  // One of them by equality, so that an index which begins with it can serve any order within.
  const oneOf = (column: string, wanted: readonly string[] | undefined): void => {
    if (wanted === undefined || wanted.length === 0) return;
    if (wanted.length === 1) add(parameter => `job."${column}" = ${parameter}`, wanted[0]);
    else add(parameter => `job."${column}" = ANY (${parameter}::text[])`, [...new Set(wanted)].sort());
  };
  oneOf('kind', filter.kinds);
  oneOf('state', filter.states);
  if (filter.scopeName !== undefined) {
    add(parameter => `job."type_key" = ${parameter}`, storableText(filter.scopeName));
  }
  if (filter.requestedBy !== undefined) {
    add(parameter => `job."requested_by" = ${parameter}`, storableText(filter.requestedBy));
  }
  if (filter.backupId !== undefined) {
    if (isBackupId(filter.backupId)) add(parameter => `job."backup_id" = ${parameter}`, filter.backupId);
    else conditions.push('false');
  }
  if (filter.verified === true) conditions.push('job."verified_at" IS NOT NULL');
  if (filter.verified === false) {
    conditions.push(`job."verified_at" IS NULL AND job."kind" = 'backup' AND job."state" = 'success'`);
  }
  if (filter.createdFrom !== undefined) {
    add(parameter => `job."created_at" >= ${parameter}::timestamptz`, filter.createdFrom);
  }
  if (filter.createdTo !== undefined) {
    add(parameter => `job."created_at" <= ${parameter}::timestamptz`, filter.createdTo);
  }
  if (filter.includeDeleted !== true) conditions.push('job."deleted_at" IS NULL');
  const search = filter.search === undefined ? [] : searchTerms(filter.search);
  return {
    conditions,
    values,
    search,
    looksNarrow: search.length > 0 || values.length > 1 || filter.requestedBy !== undefined,
    key: JSON.stringify([conditions, values, allOf(search)]),
  };
}

/**
 * The `WHERE` of a filter; empty if it finds everything. A search takes two values: what to ask the index for, and all of it.
 *
 * @param indexed the terms to look up in their index. Without any, rows come in order from another index, and each is
 *   looked at, which is faster where many match
 */
export function whereOf(
  { conditions, values, search }: JobConditions,
  indexed: readonly SearchTerm[],
  ...more: readonly string[]
): { readonly where: string; readonly values: readonly unknown[] } {
  const all = [...conditions, ...more];
  const given = [...values];
  // In a query of its own, the words are put in lower case once, by the same rules as those of the table.
  const parameter = (terms: readonly SearchTerm[]): string =>
    `(SELECT lower($${given.push(allOf(terms))})::tsquery)`;
  if (indexed.length > 0) all.push(`job."search" @@ ${parameter(indexed)}`);
  // The operator's own function, which no index is asked for.
  if (indexed.length < search.length) all.push(`ts_match_vq(job."search", ${parameter(search)})`);
  return { where: all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`, values: given };
}
