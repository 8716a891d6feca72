import type { ForeignKeyConstraint } from './foreign-keys.js';
import type { TableRestore } from './table-restore.js';

/** Below this many rows a table's indexes are never dropped and built again: it would save nothing. */
const SMALL_TABLE_ROWS = 50_000;

/** Share of rows that must differ before exchanging all of them beats changing them one by one. */
const RELOAD_SHARE = 0.3;

/** Share of a table's rows whose foreign keys are rather checked in one go than one by one. */
const RECHECK_SHARE = 0.1;

/**
 * Whether to empty a table and store all its rows again instead of changing those that differ. Only where every live
 * row and column comes from the file, and nothing outside the restore refers to it.
 */
export function prefersReload(
  table: TableRestore,
  tables: readonly TableRestore[],
  foreignKeys: readonly ForeignKeyConstraint[],
): boolean {
  const { counts } = table;
  if (!table.compared || counts === null || table.live.kind !== 'table') return false;
  const liveRows = table.storedRows - counts.created + counts.deleted;
  const rows = Math.max(table.storedRows, liveRows);
  if (rows < SMALL_TABLE_ROWS || table.changes < rows * RELOAD_SHARE) return false;
  const stored = new Set(table.columns.map(column => column.name));
  if (!table.live.columns.every(column => column.generated || stored.has(column.name))) return false;
  const content = new Set(tables.filter(other => other.role !== 'context').map(other => other.live.oid));
  return foreignKeys.every(key => key.to.rootOid !== table.live.oid || content.has(key.from.rootOid));
}

/** Whether a reload should drop and rebuild the table's indexes. */
export function prefersRebuild(table: TableRestore): boolean {
  return table.live.kind === 'table' && table.storedRows >= SMALL_TABLE_ROWS;
}

/**
 * Whether a foreign key is dropped and added again, rather than checked row by row at the end: it must be where it would
 * act (`CASCADE` and the like) or where its table is reloaded; it is faster where many rows are stored.
 */
export function prefersRecheck(
  key: ForeignKeyConstraint,
  from: TableRestore | undefined,
  to: TableRestore | undefined,
): boolean {
  if (from?.method === 'reload' || to?.method === 'reload') return true;
  const gone = to?.counts;
  if (gone && !key.checksOnly && gone.deleted + gone.updated > 0) return true;
  if (from === undefined || from.changes === 0) return false;
  // Rows that break a key which was never validated were in the database before, and must come back.
  if (!key.validated) return true;
  const stored = (from.counts?.created ?? 0) + (from.counts?.updated ?? 0);
  return stored >= SMALL_TABLE_ROWS && stored >= from.live.estimatedRows * RECHECK_SHARE;
}
