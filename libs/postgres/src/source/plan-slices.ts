import type { Slice } from '@satchel/domain';
import type { CatalogRelation } from '../catalog/catalog-relation.js';
import type { RelationMember } from '../catalog/read-members.js';
import { storedColumns } from '../catalog/to-relation.js';
import { copyTable, rowsOf } from './copy-statement.js';
import { rowFormat, type RowFormat } from './row-format.js';

/** A slice with the statement that reads it. */
export interface PlannedSlice extends Slice {
  readonly sql: string;
  readonly format: RowFormat;
}

export interface PlanSlicesOptions {
  readonly jobs: number;
  readonly blockBytes: number;
  /** Whether a member's rows are read at all. */
  readonly isIncluded: (member: RelationMember) => boolean;
}

/**
 * Tables up to this size are read in one go; larger ones in ranges of about as much. Several connections write their
 * ranges in turns, so this is also how far an archive's rows are from their order in the table: a restore that compares
 * both side by side has to bridge it.
 */
export const SLICE_BYTES = 2 * 1024 * 1024;

/** Ranges that a table is cut into at most. */
const MAX_SLICES = 10_000;

/** Rows in a block of a table that was never analyzed. */
const ROWS_PER_BLOCK = 80;

/**
 * Cuts a table's rows into slices. With one connection a table is one slice; with several each partition is one of its
 * own, and what is large is cut into ranges of blocks of similar size.
 *
 * A partition tree is read through its root where a partition may not be read by itself; it cannot be where rows of
 * some partitions are left out.
 *
 * @param index   of the relation in the session
 * @param members the tables that hold the relation's rows
 */
export function planSlices(
  relation: CatalogRelation,
  index: number,
  members: readonly RelationMember[],
  options: PlanSlicesOptions,
): PlannedSlice[] {
  const included = members.filter(options.isIncluded);
  const isCut = included.length < members.length;
  const byMember =
    isCut || (options.jobs > 1 && included.length > 0 && included.every(member => member.isReadable));
  const format = formatOf(relation);
  // Heap and TOAST together, by the share of the heap; what TOAST a range of blocks refers to is not known.
  const heapBytes = members.reduce((sum, member) => sum + member.heapBytes, 0);
  const bytesPerHeapByte = heapBytes === 0 ? 0 : relation.sizeBytes / heapBytes;
  if (!byMember) {
    return [
      {
        relation: index,
        estimatedRows: Math.round(sumOf(members, member => rowsPerByte(member, options) * member.heapBytes)),
        estimatedBytes: relation.sizeBytes,
        sql: copyTable(relation, rowsOf(relation)),
        format,
      },
    ];
  }
  return included.flatMap(member =>
    blockRanges(member, options).map(({ range, bytes }) => ({
      relation: index,
      estimatedRows: Math.round(rowsPerByte(member, options) * bytes),
      estimatedBytes: Math.round(bytes * bytesPerHeapByte),
      sql: copyTable(relation, { schema: member.schema, name: member.name, isPartitioned: false }, range),
      format,
    })),
  );
}

/** How the relation's rows are read. */
export function formatOf(relation: CatalogRelation): RowFormat {
  return rowFormat(storedColumns(relation));
}

function blockRanges(member: RelationMember, { jobs, blockBytes }: PlanSlicesOptions) {
  const blocks = Math.ceil(member.heapBytes / blockBytes);
  const wanted = Math.min(Math.ceil(member.heapBytes / SLICE_BYTES), MAX_SLICES);
  const count = jobs > 1 && member.isHeap ? Math.max(1, wanted) : 1;
  return Array.from({ length: count }, (_, part) => {
    const first = Math.floor((blocks * part) / count);
    const end = Math.floor((blocks * (part + 1)) / count);
    return {
      // Open at both ends, so that no row is missed whatever the table's size is by now.
      range: { first: part === 0 ? null : first, end: part === count - 1 ? null : end },
      bytes: (end - first) * blockBytes,
    };
  });
}

function rowsPerByte(member: RelationMember, { blockBytes }: PlanSlicesOptions): number {
  const isAnalyzed = member.analyzedPages > 0 && member.analyzedRows >= 0;
  return (isAnalyzed ? member.analyzedRows / member.analyzedPages : ROWS_PER_BLOCK) / blockBytes;
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
