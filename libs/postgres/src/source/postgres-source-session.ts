import {
  BackupError,
  type FoundDefinition,
  type OmittedObject,
  type Relation,
  type RowBatch,
  type SequenceState,
  type Slice,
  type SourceHeader,
  type SourceSession,
} from '@satchel/domain';
import type { EncoderThread } from './encoder-thread.js';
import type { PlannedSlice } from './plan-slices.js';
import type { ReadConnection } from './read-connection.js';

export interface PostgresSourceSessionParts {
  /** All in transactions with the same snapshot. */
  readonly connections: readonly ReadConnection[];
  /** Makes the rows of all connections; the session's to close. Null where they are made in this thread. */
  readonly encoder: EncoderThread | null;
  readonly snapshotId: string;
  readonly source: SourceHeader;
  readonly relations: readonly Relation[];
  readonly omitted: readonly OmittedObject[];
  readonly slices: readonly PlannedSlice[];
  readonly readSequences: () => Promise<readonly SequenceState[]>;
  readonly readDefinition: () => Promise<FoundDefinition>;
}

/** Reads slices on whichever connection is free; a reader waits where none is. */
export class PostgresSourceSession implements SourceSession {
  readonly snapshotId: string;
  readonly source: SourceHeader;
  readonly relations: readonly Relation[];
  readonly omitted: readonly OmittedObject[];
  readonly jobs: number;
  readonly #parts: PostgresSourceSessionParts;
  readonly #planned: ReadonlyMap<Slice, PlannedSlice>;
  readonly #free: ReadConnection[];
  readonly #waiting: ((connection: ReadConnection | null) => void)[] = [];
  #closing: Promise<void> | null = null;

  constructor(parts: PostgresSourceSessionParts) {
    this.snapshotId = parts.snapshotId;
    this.source = parts.source;
    this.relations = parts.relations;
    this.omitted = parts.omitted;
    this.jobs = parts.connections.length;
    this.#parts = parts;
    this.#planned = new Map(parts.slices.map(slice => [publicSlice(slice), slice]));
    this.#free = [...parts.connections];
  }

  async slices(): Promise<readonly Slice[]> {
    return [...this.#planned.keys()];
  }

  async *copyOut(slice: Slice): AsyncGenerator<RowBatch, void, undefined> {
    const planned = this.#planned.get(slice);
    if (planned === undefined) {
      throw new BackupError('system_error', 'The slice was made by another session.');
    }
    const relation = this.relations[planned.relation];
    const context = relation === undefined ? {} : { schema: relation.schema, table: relation.name };
    const connection = await this.#take();
    try {
      yield* connection.copyOut(planned.sql, planned.format, context);
    } finally {
      this.#giveBack(connection);
    }
  }

  async sequences(): Promise<readonly SequenceState[]> {
    this.#requireOpen();
    return this.#parts.readSequences();
  }

  async definition(): Promise<FoundDefinition> {
    this.#requireOpen();
    return this.#parts.readDefinition();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const wake of this.#waiting.splice(0)) wake(null);
    await Promise.all(this.#parts.connections.map(connection => connection.close()));
    await this.#parts.encoder?.close();
  }

  async #take(): Promise<ReadConnection> {
    this.#requireOpen();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const next = await new Promise<ReadConnection | null>(resolve => this.#waiting.push(resolve));
    if (next === null) throw closed();
    return next;
  }

  #giveBack(connection: ReadConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }

  #requireOpen(): void {
    if (this.#closing !== null) throw closed();
  }
}

/** What a slice is to the outside: how it is read is nobody else's business. */
function publicSlice({ relation, estimatedRows, estimatedBytes }: PlannedSlice): Slice {
  return { relation, estimatedRows, estimatedBytes };
}

function closed(): BackupError {
  return new BackupError('system_error', 'The session has been closed.');
}
