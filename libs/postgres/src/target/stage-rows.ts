import type { ClientBase } from 'pg';
import type { RowBatch } from '@satchel/domain';
import { quoteColumns, quoteIdentifier } from '../quote-identifier.js';
import { copyIn } from './copy-in.js';
import { readSuspendableIndexes } from './indexes.js';
import { stagedType } from './match-relations.js';
import { RowDecoder } from './row-decoder.js';
import { RowTrail } from './row-trail.js';
import type { ForeignKeyConstraint } from './foreign-keys.js';
import type { Suspensions } from './suspensions.js';
import type { TableRestore } from './table-restore.js';

/** Rows of a table that are kept in memory until it shows whether they are many. */
const MANY_ROWS_BYTES = 1 << 20;

/**
 * Takes a table's rows off the archive: into a temporary table beside the live one, to be compared with it; or, where
 * the live table is empty and the rows are many, straight into the live table with its indexes and foreign keys taken
 * away until the end, which is the fastest way that PostgreSQL has.
 */
export class RowStage {
  #waiting: RowBatch[] = [];
  #waitingBytes = 0;

  constructor(
    private readonly client: ClientBase,
    private readonly table: TableRestore,
    private readonly suspensions: Suspensions,
    private readonly foreignKeys: readonly ForeignKeyConstraint[],
    /** Whether rows may go straight into the live table; false in a dry run. */
    private readonly mayLoad: boolean,
  ) {}

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes one part's rows. */
  async take(rows: AsyncIterable<RowBatch>): Promise<void> {
    if (this.table.staged || this.table.loaded) return await this.#copy(rows);
    const iterator = rows[Symbol.asyncIterator]();
    let next = await iterator.next();
    while (next.done !== true && this.#waitingBytes < MANY_ROWS_BYTES) {
      this.#waiting.push(next.value);
      this.#waitingBytes += next.value.bytes.length;
      next = await iterator.next();
    }
    if (next.done === true) return;
    if (this.mayLoad && (await this.#isEmpty())) await this.#beginLoad();
    else await this.#beginStage();
    const rest = next.value;
    await this.#copy(chain(this.#drain(), [rest], { [Symbol.asyncIterator]: () => iterator }));
  }

  /** Stores what is still in memory; after this the table is either loaded or staged. */
  async flush(): Promise<void> {
    if (this.table.loaded) return;
    if (!this.table.staged) await this.#beginStage();
    if (this.#waiting.length > 0) await this.#copy(chain(this.#drain()));
  }

  #drain(): RowBatch[] {
    const batches = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return batches;
  }

  async #isEmpty(): Promise<boolean> {
    const { table } = this;
    if (table.role !== 'content' || table.match.filled.length > 0) return false;
    if (table.match.columns.some(column => column.mayNotFit)) return false;
    const { rows } = await this.client.query<{ empty: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM ${table.from}) AS empty`,
    );
    return rows[0]?.empty === true;
  }

  async #beginStage(): Promise<void> {
    const { table } = this;
    const columns = table.match.columns.flatMap(({ live, mayNotFit }) => {
      if (live === null) return [];
      const name = quoteIdentifier(live.name);
      return mayNotFit ? [`${name}::${stagedType(live.type)} AS ${name}`] : [name];
    });
    await this.client.query(
      `CREATE TEMPORARY TABLE ${table.stage.replace('pg_temp.', '')} ON COMMIT DROP AS
         SELECT ${columns.join(', ')} FROM ${table.from} WITH NO DATA`,
    );
    table.staged = true;
  }

  async #beginLoad(): Promise<void> {
    const { table } = this;
    await this.suspensions.quieten([table.live.oid]);
    for (const key of this.foreignKeys) {
      if (key.from.rootOid === table.live.oid || key.to.rootOid === table.live.oid)
        await this.suspensions.dropForeignKey(key);
    }
    await this.suspensions.dropIndexes(await readSuspendableIndexes(this.client, table.live.oid));
    // The table is empty; this gives it a new, empty file, into which rows go frozen and with less of a log.
    if (table.live.kind === 'table') await this.client.query(`TRUNCATE ${table.from}`);
    table.loaded = true;
    table.method = 'load';
  }

  async #copy(rows: AsyncIterable<RowBatch>): Promise<void> {
    const { table } = this;
    const into = table.loaded ? table.target : table.stage;
    const names = table.columns.map(column => column.name);
    const columns = names.length === 0 ? '' : ` (${quoteColumns(names)})`;
    const freeze = table.loaded && table.live.kind === 'table' ? ' (FREEZE)' : '';
    const trail = new RowTrail(table, rows);
    const decoder = new RowDecoder(
      table.match.columns.map(column => column.live !== null),
      table.label,
    );
    try {
      table.storedRows += await copyIn(
        this.client,
        `COPY ${into}${columns} FROM STDIN${freeze}`,
        trail,
        decoder,
      );
    } catch (error) {
      throw trail.locate(error);
    }
  }
}

async function* chain(...sources: (Iterable<RowBatch> | AsyncIterable<RowBatch>)[]): AsyncIterable<RowBatch> {
  for (const source of sources) yield* source;
}
