import type pg from 'pg';
import { LIST_FOREIGN_KEYS } from './sql/list-foreign-keys.sql.js';

/** A foreign key with what a query needs to follow it. */
export interface ForeignKey {
  readonly name: string;
  /** Oid of the table it starts at, or of the root if that is a partition. */
  readonly relation: number;
  readonly columns: readonly string[];
  /** Oid of the table it refers to, or of the root if that is a partition. */
  readonly referenced: number;
  readonly referencedSchema: string;
  readonly referencedName: string;
  readonly referencedColumns: readonly string[];
  /** SQL, one for each column: `referenced <operator> referring`. */
  readonly operators: readonly string[];
  /** SQL, one for each column: ` COLLATE …` where the two ends differ in it, else empty. */
  readonly collations: readonly string[];
}

/** Reads the foreign keys that start at the given tables or their partitions, by table and name. */
export async function readForeignKeys(client: pg.ClientBase, oids: readonly number[]): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(LIST_FOREIGN_KEYS, [oids]);
  return rows;
}
