import type { DefinitionNote } from '../backup/definition.js';

/** What a person wants to know of the protected database before trusting it with anything. */
export interface DatabaseStatus {
  /** `PostgreSQL 18.4`. */
  readonly server: string;
  readonly database: string;
  /** The role that we are, and whether it may do everything. */
  readonly role: string;
  readonly superuser: boolean;
  /** Null if the role may not ask. */
  readonly sizeBytes: number | null;
  /** Whether a backup of everything would carry the definition too, or rows only and why. */
  readonly definition: DefinitionNote;
}

/**
 * Looks at the protected database without touching it.
 *
 * @throws BackupError `unavailable` and the other kinds of a connection that fails
 */
export abstract class DatabaseProbe {
  abstract probe(signal?: AbortSignal): Promise<DatabaseStatus>;
}

export interface StorageStatus {
  /** Absolute folder, or another storage's name. */
  readonly location: string;
  /** Whether a backup could be written there now. */
  readonly writable: boolean;
  /** Why not, for a person; null if it is writable. */
  readonly problem: string | null;
  /** Null where the storage cannot say. */
  readonly freeBytes: number | null;
  /** Of the disk that it is on, whoever uses it; null or left out where there is no such limit. */
  readonly totalBytes?: number | null;
}

/** Looks at the storage without leaving anything in it; a storage that is not usable is an answer, not an error. */
export abstract class StorageProbe {
  abstract probe(): Promise<StorageStatus>;
}

/** A table of the protected database, as its statistics see it. */
export interface TableEstimate {
  readonly schema: string;
  readonly name: string;
  readonly estimatedRows: number;
  readonly sizeBytes: number;
}

/**
 * Says which tables a backup could hold and about how many rows they have, without counting one.
 *
 * @throws BackupError `unavailable` and the other kinds of a connection that fails
 */
export abstract class TableEstimates {
  /** In the order of schema and name. */
  abstract tables(signal?: AbortSignal): Promise<readonly TableEstimate[]>;
}
