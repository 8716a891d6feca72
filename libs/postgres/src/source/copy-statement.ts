import type { CatalogRelation } from '../catalog/catalog-relation.js';
import { storedColumns } from '../catalog/to-relation.js';
import { quoteColumns, quoteIdentifier, quoteQualified } from '../quote-identifier.js';

/** A table whose rows are read: the relation itself, or one of its partitions, which has columns of the same names. */
export interface RowsOf {
  readonly schema: string;
  readonly name: string;
  /** Rows of its partitions are its own; rows of tables that inherit from it are not. */
  readonly isPartitioned: boolean;
}

/** Blocks of a table, `first` included, `end` not; null is open. */
export interface BlockRange {
  readonly first: number | null;
  readonly end: number | null;
}

/** How a table is named after `FROM`, so that exactly its own rows are meant. */
export function fromItem(table: RowsOf): string {
  return table.isPartitioned ? quoteQualified(table) : `ONLY ${quoteQualified(table)}`;
}

/** The relation as what its rows are read from. */
export function rowsOf(relation: CatalogRelation): RowsOf {
  return { schema: relation.schema, name: relation.name, isPartitioned: relation.kind === 'partitioned' };
}

/**
 * Writes the statement that reads a table's rows. Columns are always named, because a partition may have them in
 * another order than its root.
 */
export function copyTable(
  relation: CatalogRelation,
  table: RowsOf,
  range: BlockRange = { first: null, end: null },
): string {
  const names = storedColumns(relation).map(column => column.name);
  const isWhole = range.first === null && range.end === null;
  // Without the planner and executor of a query; but a list of no columns is not SQL.
  if (isWhole && !table.isPartitioned && names.length > 0) {
    return `COPY ${quoteQualified(table)} (${quoteColumns(names)}) TO STDOUT`;
  }
  const conditions = [
    ...(range.first === null ? [] : [`ctid >= '(${range.first},0)'::pg_catalog.tid`]),
    ...(range.end === null ? [] : [`ctid < '(${range.end},0)'::pg_catalog.tid`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `COPY (SELECT ${quoteColumns(names)} FROM ${fromItem(table)}${where}) TO STDOUT`;
}

/** Writes the statement that reads those of a relation's rows that a condition over the alias `r` holds for. */
export function copyWhere(relation: CatalogRelation, withClause: string, condition: string): string {
  const columns = storedColumns(relation).map(column => `r.${quoteIdentifier(column.name)}`);
  return `COPY (${withClause} SELECT ${columns.join(', ')} FROM ${fromItem(rowsOf(relation))} AS r WHERE ${condition}) TO STDOUT`;
}
