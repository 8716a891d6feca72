import type { Relation } from '../relation/relation.js';
import type { BackupSource } from './backup-source.js';
import type { RestoreTarget } from './restore-target.js';

/** How a row was written to a table, and taken back. */
export type TrialWrite = 'added' | 'changed' | 'empty table';

export interface ScratchChecks {
  /** Checks and foreign keys that all rows were held against once more. */
  readonly constraints: number;
  /** Indexes, unique ones among them, that were built once more from the rows. */
  readonly indexes: number;
}

/** A database that is made for one drill, and is gone after it. */
export interface ScratchDatabase {
  readonly name: string;
  readonly target: RestoreTarget;
  readonly source: BackupSource;
  /** Where the tables' definition is from. */
  readonly definitionFrom: 'backup' | 'live database';
  /** What of the definition is not there, in words: it would be missed, and holds no row up. */
  readonly leftOut: readonly string[];
  /** Holds all rows against all constraints once more. @throws BackupError `restore_failed` naming the one that is broken */
  validate(signal?: AbortSignal): Promise<ScratchChecks>;
  /**
   * Writes one row to each table, and takes it back: a new one where its key comes from a sequence, else one that is there.
   *
   * @throws BackupError `restore_failed` naming the table that cannot be written
   */
  writeRows(relations: readonly Relation[], signal?: AbortSignal): Promise<readonly TrialWrite[]>;
  /** Whatever happened to it; safe to call twice. */
  drop(): Promise<void>;
}

export interface NewScratch {
  readonly drillId: string;
  /** The tables that it needs. */
  readonly relations: readonly Relation[];
  /** Statements that make them, where the backup carries its own; null: the definition that the live database has. */
  readonly definition: string | null;
}

/**
 * Makes scratch databases. Any adapter guarantees:
 *
 * - The protected database is read, and nothing in it is changed.
 * - A scratch database of a process that has died is found by `sweep`; one of a living process never is.
 *
 * @throws BackupError `permission_error` if the role may not make databases, with what to do; `unsupported` naming what of
 *   the definition cannot be made; `unavailable`
 */
export abstract class ScratchServer {
  abstract create(scratch: NewScratch, signal?: AbortSignal): Promise<ScratchDatabase>;
  /** Drops what dead processes have left. @returns how many were dropped */
  abstract sweep(): Promise<number>;
}
