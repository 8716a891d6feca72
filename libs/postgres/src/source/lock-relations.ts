import type { CatalogRelation } from '../catalog/catalog-relation.js';
import { fromItem, rowsOf } from './copy-statement.js';

/**
 * SQL that keeps tables, partitions included, from being dropped, emptied or altered until the transaction ends. It
 * blocks nobody who reads or writes rows.
 *
 * @param noWait fail at once where someone else is waiting to alter a table: they wait for us, and we would for them
 */
export function lockSql(relations: readonly CatalogRelation[], noWait: boolean): string {
  const tables = relations.map(relation => fromItem(rowsOf(relation))).join(', ');
  return `LOCK TABLE ${tables} IN ACCESS SHARE MODE${noWait ? ' NOWAIT' : ''}`;
}
