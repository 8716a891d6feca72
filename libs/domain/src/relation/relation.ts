/**
 * Why a relation's rows are in an archive.
 * - `content`: they belong to the backup's type.
 * - `context`: other rows refer to them; restored only where missing, never updated.
 * - `before`, `created`: in safety backups only; see `docs/archive-format.md`.
 */
export const RELATION_ROLES = ['content', 'context', 'before', 'created'] as const;

export type RelationRole = (typeof RELATION_ROLES)[number];

/** A column whose value is stored in each row. Generated columns are never stored, so they do not appear. */
export interface Column {
  readonly name: string;
  /** As PostgreSQL's `format_type` prints it with an empty search path, e.g. `character varying(20)`; empty if unknown. */
  readonly type: string;
  readonly notNull?: boolean;
  readonly identity?: 'always' | 'default';
  /** A second name under which the database may know the column: old files call `class_section_id` `class_section`. */
  readonly alternativeName?: string;
}

/** A foreign key, in the order of its columns. */
export interface Reference {
  readonly columns: readonly string[];
  readonly schema: string;
  readonly name: string;
  readonly referencedColumns: readonly string[];
}

/** A table as an archive describes it; partitions are part of their root, views do not appear. */
export interface Relation {
  /** Empty in old files, which do not say: then the one table of that name is meant. */
  readonly schema: string;
  readonly name: string;
  readonly role: RelationRole;
  readonly columns: readonly Column[];
  /** The columns of the primary key, else of a unique key without nulls; null if there is none. */
  readonly key: readonly string[] | null;
  readonly references: readonly Reference[];
  /** In a safety backup's `before` relation: whether it holds all rows of the table, or only those that changed. */
  readonly complete?: boolean;
}

export interface SequenceState {
  readonly schema: string;
  readonly name: string;
  /** A bigint as decimal digits would lose nothing, but sequences beyond 2^53 do not occur in JSON numbers: text then. */
  readonly lastValue: number | string;
  readonly isCalled: boolean;
}

/** Something in the database that a backup of rows leaves out, and why. */
export interface OmittedObject {
  readonly kind: 'foreign table' | 'large objects' | 'unlogged table' | 'temporary table';
  readonly name: string;
  readonly reason: string;
}

/** Whole rows, each as one line: a compact JSON array and a line feed. The buffer belongs to the receiver. */
export interface RowBatch {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Gives the buffer back to whoever made it, to be filled again. Optional on both sides; after it, hands off. */
  readonly recycle?: () => void;
}

/** `schema.name` for messages; the schema is left out where it is unknown. Not quoted: never use it in SQL. */
export function relationLabel(relation: { readonly schema: string; readonly name: string }): string {
  return relation.schema === '' ? relation.name : `${relation.schema}.${relation.name}`;
}
