import type pg from 'pg';
import { LIST_MEMBERS } from './sql/list-members.sql.js';

/** A table that holds rows: an ordinary table, or a leaf of a partition tree. */
export interface RelationMember {
  /** Oid of the table itself or of the root that it is a partition of. */
  readonly relation: number;
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly isForeign: boolean;
  readonly isUnlogged: boolean;
  /** Whether its rows stand in blocks that a range of `ctid` selects without reading the others. */
  readonly isHeap: boolean;
  /** Whether the role may read all rows from the table itself; a partition's rows may also be read through its root. */
  readonly isReadable: boolean;
  readonly heapBytes: number;
  /** As last analyzed; -1 if never. */
  readonly analyzedRows: number;
  readonly analyzedPages: number;
}

/**
 * Reads the tables that hold the given tables' rows. Measures them, so it waits for whoever holds a table's strongest
 * lock: lock the tables first.
 */
export async function readMembers(client: pg.ClientBase, oids: readonly number[]): Promise<RelationMember[]> {
  const { rows } = await client.query<RelationMember>(LIST_MEMBERS, [oids]);
  return rows;
}
