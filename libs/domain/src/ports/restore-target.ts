import type { DatabaseDefinition } from '../backup/definition.js';
import type { ArchiveHeader } from '../backup/archive.js';
import type { Relation, RowBatch, SequenceState } from '../relation/relation.js';
import type {
  DuplicateStrategy,
  RestoreMode,
  RestorePlan,
  RowChange,
  SchemaDifference,
} from '../restore/restore-plan.js';
import type { SourceSession } from './backup-source.js';

export interface RestoreRequest {
  readonly restoreId: string;
  readonly header: ArchiveHeader;
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  /** Go on although file and database differ in shape; every difference is still listed. */
  readonly allowMissing: boolean;
  /** `schema.table.column` or `table.column` to a value as PostgreSQL reads it. */
  readonly fill: Readonly<Record<string, string>>;
  /** A plan only: nothing is locked against writers and nothing can be applied. */
  readonly dryRun: boolean;
  /** Put back what a safety backup holds; rows edited since are refused unless told otherwise. */
  readonly undo?: { readonly overwriteEdited: boolean };
  /** Rows to sample of each relation and action for `changes()`; 0 for none. */
  readonly sampleRows: number;
  /** Write nothing before the plan is made and no rule would be broken: slower, and an error names the rows. Default: false. */
  readonly careful?: boolean;
  /**
   * Build the database first: before the rows what they need, after them the rest, all in the restore's transaction. It is run as it
   * is, so whoever asks has made sure whose it is. A database that has tables already is a `conflict`.
   */
  readonly createSchema?: DatabaseDefinition;
}

/**
 * One restore, which is one transaction: stage → plan → (keep what was) → apply → commit. Until `commit` returns the
 * database is as it was; `rollback`, an error, or the death of either side leaves it so.
 */
export interface TargetSession {
  readonly differences: readonly SchemaDifference[];
  /** Whether it has failed in a way that a `careful` one may not, or can say more about. Asked for after an error. */
  readonly needsCare: boolean;
  /** Takes one part's rows; called part by part, in the archive's order. */
  stage(relation: number, rows: AsyncIterable<RowBatch>): Promise<void>;
  /**
   * Compares staged and live rows.
   *
   * @param sequences as the archive had them
   * @throws BackupError `restore_failed` naming table and key where the outcome would break a rule of the database
   */
  plan(sequences: readonly SequenceState[]): Promise<RestorePlan>;
  /** Rows that would change, at most `sampleRows` per relation and action, keyed by the relation's index. */
  changes(): Promise<ReadonlyMap<number, readonly RowChange[]>>;
  /** The rows that `apply` is about to change, as they are now; null if it changes none. Close it before `apply`. */
  openBefore(): Promise<SourceSession | null>;
  /** The restore's own transaction id (`xid8` as text). */
  transactionId(): Promise<string>;
  /**
   * Changes the rows, then checks every key and the counts.
   *
   * @param onStep called with the name of each table, index or key before it is worked on
   * @returns      what was done, counted by the database
   */
  apply(onStep?: (name: string) => void): Promise<RestorePlan>;
  /** @throws BackupError with `outcome: 'unknown'` in its context where it cannot be told whether it was done */
  commit(): Promise<void>;
  /** Safe to call twice, after a failure and after `commit`. */
  rollback(): Promise<void>;
}

/**
 * A database that is restored into. One restore at a time per database: `begin` of a second throws `conflict` and says
 * who holds it. A server that goes away is `unavailable`; a row it refuses is `restore_failed` with table, key, column
 * and reason; neither changes anything.
 */
export abstract class RestoreTarget {
  /** The live tables, for a reader whose file does not say what its columns are. */
  abstract relations(signal?: AbortSignal): Promise<readonly Relation[]>;
  abstract begin(request: RestoreRequest, signal?: AbortSignal): Promise<TargetSession>;
}
