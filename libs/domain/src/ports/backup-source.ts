import type { OmittedObject, Relation, RowBatch, SequenceState } from '../relation/relation.js';
import type { Scope } from '../scope/scope.js';
import type { FoundDefinition } from '../backup/definition.js';
import type { SourceHeader } from '../backup/archive.js';

/** A run of one relation's rows that can be read on its own; only the session that made it can read it. */
export interface Slice {
  /** Index into the session's relations. */
  readonly relation: number;
  readonly estimatedRows: number;
  /** Estimated bytes of its rows in the database. */
  readonly estimatedBytes: number;
}

/**
 * One consistent view of a scope's rows. All reads, on however many connections, see the same snapshot.
 */
export interface SourceSession {
  /** PostgreSQL's exported snapshot id; null where the session reads inside another transaction. */
  readonly snapshotId: string | null;
  readonly source: SourceHeader;
  /** Content relations first, each in a fixed order (schema, name), then context relations. */
  readonly relations: readonly Relation[];
  readonly omitted: readonly OmittedObject[];
  /** Slices that can be read at the same time: as many as asked for, or fewer where more would bring nothing. */
  readonly jobs: number;
  /** Every row of every relation is in exactly one slice; slices of one relation stand together, in relation order. */
  slices(): Promise<readonly Slice[]>;
  /**
   * Reads a slice's rows. At most `jobs` slices are read at the same time; each is read to its end or returned early. Row
   * values follow the archive format's rules to the byte.
   */
  copyOut(slice: Slice): AsyncIterable<RowBatch>;
  sequences(): Promise<readonly SequenceState[]>;
  /** The whole database's definition, as of the snapshot; absent where the session reads inside another transaction. */
  definition?(): Promise<FoundDefinition>;
  /** Releases snapshot and connections; safe to call twice, and after a failure. */
  close(): Promise<void>;
}

export interface OpenSourceOptions {
  /** Connections to read with, at most; the protected database sees one snapshot whatever the number. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where backups are made from. `open` reads everything under one snapshot and never blocks the database's users.
 *
 * @throws BackupError `validation_error` if the scope matches no table, `unavailable` if the database is out of reach,
 *   `permission_error` if the role may not read a table (or sees only some of its rows), `unsupported` for a server before 14
 */
export abstract class BackupSource {
  abstract open(scope: Scope, options: OpenSourceOptions): Promise<SourceSession>;
}
