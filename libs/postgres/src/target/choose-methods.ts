import type { SuspendableIndex } from './indexes.js';
import type { ForeignKeyConstraint } from './foreign-keys.js';
import type { StageSizes } from './stage-sizes.js';
import type { TableRestore } from './table-restore.js';

/** Share of rows that must differ before exchanging all of them beats changing them one by one. */
const RELOAD_SHARE = 0.3;

/**
 * Share of a table's rows that must change before its indexes are rather built again than kept up: the log of a few
 * changes must not hold whole indexes.
 */
const REBUILD_SHARE = 0.5;

/** Share of a table's rows whose foreign keys are rather checked in one go than one by one; neither writes to the log. */
const RECHECK_SHARE = 0.03;

/**
 * Whether to empty a table and store all its rows again instead of changing those that differ. Only where every live
 * row and column comes from the file, and nothing outside the restore refers to it.
 */
export function prefersReload(
  table: TableRestore,
  tables: readonly TableRestore[],
  foreignKeys: readonly ForeignKeyConstraint[],
  { smallTableRows }: StageSizes,
): boolean {
  const { counts } = table;
  if (!table.compared || counts === null || table.live.kind !== 'table' || table.equalRows !== null)
    return false;
  const liveRows = table.storedRows - counts.created + counts.deleted;
  const rows = Math.max(table.storedRows, liveRows);
  if (rows < smallTableRows || table.changes < rows * RELOAD_SHARE) return false;
  const stored = new Set(table.columns.map(column => column.name));
  if (!table.live.columns.every(column => column.generated || stored.has(column.name))) return false;
  const content = new Set(tables.filter(other => other.role !== 'context').map(other => other.live.oid));
  return foreignKeys.every(key => key.to.rootOid !== table.live.oid || content.has(key.from.rootOid));
}

/**
 * Whether to drop the table's indexes and build them again, rather than to keep them up row by row. A reload drops all
 * of them, a reconcile those that neither tell its rows apart nor serve a foreign key.
 */
export function indexesToRebuild(
  table: TableRestore,
  indexes: readonly SuspendableIndex[],
  foreignKeys: readonly ForeignKeyConstraint[],
  { smallTableRows }: StageSizes,
): SuspendableIndex[] {
  const rows = Math.max(table.storedRows, table.live.estimatedRows);
  const enough = table.method === 'reload' ? smallTableRows : Math.max(smallTableRows, rows * REBUILD_SHARE);
  if (Math.max(table.changes, table.method === 'reload' ? table.storedRows : 0) < enough) return [];
  if (table.method === 'reload') return [...indexes];
  const key = table.uniqueIndexes.find(
    index => index.columns?.every(column => table.key?.includes(column)) === true,
  );
  return indexes.filter(
    index => index.name !== key?.name && !foreignKeys.some(foreignKey => foreignKey.indexOid === index.oid),
  );
}

/**
 * Whether a foreign key is dropped and added again, rather than checked row by row at the end: it must be where it would
 * act (`CASCADE` and the like) or where its table is reloaded; it is faster where many rows are stored.
 */
export function prefersRecheck(
  key: ForeignKeyConstraint,
  from: TableRestore | undefined,
  to: TableRestore | undefined,
  { smallTableRows }: StageSizes,
): boolean {
  if (from?.method === 'reload' || to?.method === 'reload') return true;
  const gone = to?.counts;
  const goes = gone ? gone.deleted + gone.updated > 0 : false;
  if (goes && !key.checksOnly) return true;
  // Rows that break a key which was never validated were in the database before, and must come back.
  if (!key.validated) return goes || (from?.changes ?? 0) > 0;
  if (from === undefined || from.changes === 0) return false;
  // An update checks a key only where it changes it, which is rare.
  const stored = from.counts?.created ?? 0;
  return stored >= smallTableRows && stored >= from.live.estimatedRows * RECHECK_SHARE;
}
