import type { RelationRole } from '../relation/relation.js';

export const RESTORE_MODES = ['merge', 'replace'] as const;
export type RestoreMode = (typeof RESTORE_MODES)[number];

export const DUPLICATE_STRATEGIES = ['update', 'skip'] as const;
/** What `merge` does with a row that exists and differs. */
export type DuplicateStrategy = (typeof DUPLICATE_STRATEGIES)[number];

/** What a restore does, or did, to rows. */
export interface RowCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly deleted: number;
}

export const NO_ROWS: RowCounts = { created: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };

export function addCounts(a: RowCounts, b: RowCounts): RowCounts {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    skipped: a.skipped + b.skipped,
    deleted: a.deleted + b.deleted,
  };
}

/**
 * How rows get into a table.
 * - `load`: the table is empty; rows go straight in.
 * - `reload`: empty it and load all rows again; for tables where much differs or that have no key.
 * - `reconcile`: delete, update and insert only what differs.
 */
export type RestoreMethod = 'load' | 'reload' | 'reconcile';

export interface RelationPlan extends RowCounts {
  readonly schema: string;
  readonly name: string;
  readonly role: RelationRole;
  readonly method: RestoreMethod;
}

/** A way in which file and database differ in shape. `blocking` ones are refused unless missing things are allowed. */
export interface SchemaDifference {
  readonly kind:
    | 'missing table'
    | 'missing column'
    | 'filled column'
    | 'defaulted column'
    | 'required column'
    | 'different type';
  readonly schema: string;
  readonly name: string;
  readonly column?: string;
  readonly blocking: boolean;
  /** A sentence for a person. */
  readonly message: string;
}

export interface RestorePlan {
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  readonly relations: readonly RelationPlan[];
  readonly totals: RowCounts;
  readonly differences: readonly SchemaDifference[];
}

/** One row that a restore would change, for people to look at: values as PostgreSQL prints them. */
export interface RowChange {
  readonly action: 'create' | 'update' | 'delete' | 'skip';
  readonly key: Readonly<Record<string, string | null>> | null;
  /** Only columns that differ in an update; all of them otherwise. */
  readonly before: Readonly<Record<string, string | null>> | null;
  readonly after: Readonly<Record<string, string | null>> | null;
}

export function totalOf(relations: readonly RowCounts[]): RowCounts {
  return relations.reduce(addCounts, NO_ROWS);
}
