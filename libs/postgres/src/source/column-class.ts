import type { CatalogColumn } from '../catalog/catalog-relation.js';
import * as codes from './column-class-codes.js';

/** How a column's COPY text becomes JSON; see the table of values in `docs/archive-format.md`. */
export const ColumnClass = {
  /** Always a number that a double holds. */
  number: codes.NUMBER_CLASS,
  /** A number of at most 15 digits, else a string. */
  bigint: codes.BIGINT_CLASS,
  /** A number, except `NaN`, the infinities and `-0`, which are strings. */
  float: codes.FLOAT_CLASS,
  boolean: codes.BOOLEAN_CLASS,
  /** A string that never holds a quote, a backslash or a control byte. */
  plain: codes.PLAIN_CLASS,
  /** Any string. */
  text: codes.TEXT_CLASS,
} as const;

export type ColumnClass = (typeof ColumnClass)[keyof typeof ColumnClass];

/** `pg_type.oid` of built-in types, which never change. */
const BUILT_IN_CLASSES: ReadonlyMap<number, ColumnClass> = new Map<number, ColumnClass>([
  [16, ColumnClass.boolean],
  [20, ColumnClass.bigint],
  [21, ColumnClass.number], // smallint
  [23, ColumnClass.number], // integer
  [26, ColumnClass.number], // oid
  [700, ColumnClass.float], // real
  [701, ColumnClass.float], // double precision
  [1082, ColumnClass.plain], // date
  [1083, ColumnClass.plain], // time
  [1114, ColumnClass.plain], // timestamp
  [1184, ColumnClass.plain], // timestamptz
  [1266, ColumnClass.plain], // timetz
  [1186, ColumnClass.plain], // interval, with IntervalStyle postgres
  [1700, ColumnClass.plain], // numeric
  [2950, ColumnClass.plain], // uuid
]);

/** The class of a column: that of the type below its domains, and a string for whatever is not a number or boolean. */
export function classOfColumn(column: Pick<CatalogColumn, 'baseTypeOid'>): ColumnClass {
  return BUILT_IN_CLASSES.get(column.baseTypeOid) ?? ColumnClass.text;
}
