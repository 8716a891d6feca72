import type { ClientBase } from 'pg';
import type { RowBatch } from '@satchel/domain';
import { quoteIdentifier } from '../quote-identifier.js';
import type { ConnectionTurns } from './connection-turns.js';
import { RowCopy } from './copy-rows.js';
import { areWorthIt, EarlyRows, keysToCheck, mayWriteEarly } from './early-rows.js';
import { chooseEarlyStatement } from './early-statement.js';
import { readSuspendableIndexes } from './indexes.js';
import { LiveRows, type LiveRowsOptions } from './live-rows.js';
import { stagedType } from './match-relations.js';
import { RowMatcher } from './row-matcher.js';
import type { StageSizes } from './stage-sizes.js';
import type { ForeignKeyConstraint } from './foreign-keys.js';
import type { Suspensions } from './suspensions.js';
import type { TableRestore } from './table-restore.js';
import { readUniqueIndexes } from './unique-indexes.js';

/** What all tables of a restore share while their rows come in. */
export interface StageContext {
  readonly client: ClientBase;
  /** Each use of the client waits for its turn. */
  readonly turns: ConnectionTurns;
  readonly suspensions: Suspensions;
  readonly foreignKeys: readonly ForeignKeyConstraint[];
  /** Whether rows may go straight into live tables; false in a dry run. */
  readonly mayLoad: boolean;
  /** Whether equal rows may be dropped on the way; false where each row must be at hand. */
  readonly mayMatch: boolean;
  /** Whether rows that differ may be written before all are known. */
  readonly mayWriteEarly: boolean;
  readonly live: LiveRowsOptions;
  readonly sizes: StageSizes;
  /** Tables whose live rows are being read on another connection, which holds a lock on them. */
  readonly beingRead: Set<TableRestore>;
  /** Tables that rows were written into early, by their oids. */
  readonly early: Set<number>;
  /** Tables that nobody else can write to until the restore is over, by their oids. */
  readonly lockedOids: ReadonlySet<number>;
}

/**
 * Takes a table's rows off the archive, the fastest way that its state allows:
 * - the live table is empty and the rows are many: straight into it, indexes and foreign keys taken away until the end;
 * - the live table is large: only rows that have no equal among the live ones are staged, and the live ones likewise;
 * - else: into a temporary table, to be compared with the live one.
 */
export class RowStage {
  #waiting: RowBatch[] = [];
  #waitingBytes = 0;
  #copy: RowCopy | null = null;
  #matching: { readonly matcher: RowMatcher; readonly rows: LiveRows } | null = null;
  /** Rows are written early once enough of them are known to tell that they are few. */
  #mayWriteEarly = false;
  /** Foreign keys of rows written early, where the server leaves them to us. */
  #keysToCheck: readonly ForeignKeyConstraint[] | null = null;

  constructor(
    private readonly table: TableRestore,
    private readonly context: StageContext,
  ) {}

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes one part's rows. */
  async take(rows: AsyncIterable<RowBatch>): Promise<void> {
    if (this.table.staged || this.table.loaded) return await this.#pass(rows);
    const iterator = rows[Symbol.asyncIterator]();
    let next = await iterator.next();
    while (next.done !== true && this.#waitingBytes < this.context.sizes.manyRowsBytes) {
      this.#waiting.push(next.value);
      this.#waitingBytes += next.value.bytes.length;
      next = await iterator.next();
    }
    if (next.done === true) return;
    await this.context.turns.take(async () => {
      if (await this.#mayLoad()) await this.#beginLoad();
      else await this.#beginStage(true);
    });
    await this.#pass(chain(this.#drain(), [next.value], { [Symbol.asyncIterator]: () => iterator }));
  }

  /** Stores what is still in memory, and the rest of the live rows; after this nothing more comes. */
  async finish(): Promise<void> {
    await this.flush();
    await this.endMatching();
  }

  /** Reads the rest of the live rows, if they are being read; rows that still come are staged whole. */
  async endMatching(): Promise<void> {
    if (this.#matching === null) return;
    // Where so few rows differ that all of them could wait until now, writing them early would save nothing.
    if (this.table.early === null) this.#mayWriteEarly = false;
    await this.#matching.matcher.finish();
    this.table.equalRows = this.#matching.matcher.equal;
    await this.close();
  }

  /** Stores what is still in memory; after this the table is either loaded or staged. */
  async flush(): Promise<void> {
    if (this.table.loaded) return;
    if (!this.table.staged) await this.context.turns.take(() => this.#beginStage(false));
    if (this.#waiting.length > 0) await this.#pass(chain(this.#drain()));
  }

  /** Ends the reading of live rows; safe to call at any time. */
  async close(): Promise<void> {
    const matching = this.#matching;
    this.#matching = null;
    this.context.beingRead.delete(this.table);
    await matching?.rows.close();
    await matching?.matcher.settle();
  }

  #drain(): RowBatch[] {
    const batches = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return batches;
  }

  async #pass(rows: AsyncIterable<RowBatch>): Promise<void> {
    if (this.#matching === null) await this.#store((this.#copy ??= this.#copyInto()), rows);
    else await this.#matching.matcher.take(rows);
  }

  async #store(copy: RowCopy, rows: AsyncIterable<RowBatch>): Promise<void> {
    this.table.took(await this.context.turns.take(() => copy.copy(rows)));
  }

  #copyInto(): RowCopy {
    const { table, context } = this;
    if (table.loaded) return new RowCopy(context.client, table, table.target, table.live.kind === 'table');
    return new RowCopy(context.client, table, table.stage, false);
  }

  async #mayLoad(): Promise<boolean> {
    const { table, context } = this;
    if (!context.mayLoad || table.role !== 'content' || !table.isStoredAsIs) return false;
    // Taking foreign keys away locks both of their tables, for which a reader of ours would be in the way for ever.
    if (context.beingRead.size > 0) return false;
    // Nor can they be taken away from rows that wait to be checked by them.
    if (context.foreignKeys.some(key => this.#joinsEarlyRows(key))) return false;
    const { rows } = await context.client.query<{ empty: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM ${table.from}) AS empty`,
    );
    return rows[0]?.empty === true;
  }

  #joinsEarlyRows({ from, to }: ForeignKeyConstraint): boolean {
    const { oid } = this.table.live;
    if (from.rootOid !== oid && to.rootOid !== oid) return false;
    return this.context.early.has(from.rootOid) || this.context.early.has(to.rootOid);
  }

  async #beginLoad(): Promise<void> {
    const { table } = this;
    const { client, suspensions, foreignKeys } = this.context;
    await suspensions.quieten([table.live.oid]);
    for (const key of foreignKeys) {
      if (key.from.rootOid === table.live.oid || key.to.rootOid === table.live.oid)
        await suspensions.dropForeignKey(key);
    }
    await suspensions.dropIndexes(await readSuspendableIndexes(client, table.live.oid));
    // The table is empty; this gives it a new, empty file, into which rows go frozen and with less of a log.
    if (table.live.kind === 'table') await client.query(`TRUNCATE ${table.from}`);
    table.loaded = true;
    table.method = 'load';
  }

  async #beginStage(large: boolean): Promise<void> {
    const { table, context } = this;
    await this.#createTable(table.stage);
    table.staged = true;
    const isLarge = large && table.live.sizeBytes >= context.sizes.largeTableBytes;
    if (!isLarge || !context.mayMatch || !table.canMatch) return;
    table.setUniqueIndexes(await readUniqueIndexes(context.client, table.live.oid));
    await this.#decideOnEarlyRows();
    const live = await LiveRows.open(table, context.live);
    if (live !== null) await this.#beginMatching(live);
  }

  async #decideOnEarlyRows(): Promise<void> {
    const { table, context } = this;
    const { client, foreignKeys, lockedOids } = context;
    this.#mayWriteEarly = context.mayWriteEarly && (await mayWriteEarly(client, table, foreignKeys));
    if (!this.#mayWriteEarly) return;
    this.#keysToCheck = await keysToCheck(client, table.live.oid, foreignKeys, lockedOids);
  }

  async #beginMatching(live: LiveRows): Promise<void> {
    const { table, context } = this;
    context.beingRead.add(table);
    await this.#createTable(table.liveStage);
    const stored = new RowCopy(context.client, table, table.stage, false);
    const apart = new RowCopy(context.client, table, table.liveStage, false);
    const matcher: RowMatcher = new RowMatcher(
      live,
      {
        stored: async batch => {
          // Asked now, while it is known what has been read: the copy takes its time.
          this.#mayWriteEarly &&= areWorthIt(table, matcher.storedRows, matcher.equal);
          const early = this.#mayWriteEarly;
          const copy = stored.prepare(batch);
          table.took(await context.turns.take(copy));
          if (early) await this.#keepUp(await this.#earlyRows());
        },
        live: async batch => {
          await context.turns.take(apart.prepare(batch));
        },
      },
      context.sizes.matcher,
    );
    table.equalRows = 0;
    this.#matching = { matcher, rows: live };
  }

  async #earlyRows(): Promise<EarlyRows> {
    const { table, context } = this;
    if (table.early === null) {
      const { client, turns, suspensions, sizes } = context;
      const statement = await turns.take(async () => {
        await suspensions.leaveGaps(table);
        return await chooseEarlyStatement(client, table);
      });
      table.early = new EarlyRows(client, table, statement, this.#keysToCheck, sizes.earlyRows);
      context.early.add(table.live.oid);
      turns.addSpare(table.early);
    }
    return table.early;
  }

  /** Lets the matching run ahead of the writing, so that the server never waits, but not so far that it takes its time from it. */
  async #keepUp(early: EarlyRows): Promise<void> {
    const { turns, sizes } = this.context;
    while (early.waitingRows > sizes.waitingEarlyRows) await turns.take(() => early.step());
  }

  async #createTable(name: string): Promise<void> {
    const { table, context } = this;
    const columns = table.match.columns.flatMap(({ live, mayNotFit }) => {
      if (live === null) return [];
      const column = quoteIdentifier(live.name);
      return mayNotFit ? [`${column}::${stagedType(live.type)} AS ${column}`] : [column];
    });
    await context.client.query(
      `CREATE TEMPORARY TABLE ${name.replace('pg_temp.', '')} ON COMMIT DROP AS
         SELECT ${columns.join(', ')} FROM ${table.from} WITH NO DATA`,
    );
  }
}

async function* chain(...sources: (Iterable<RowBatch> | AsyncIterable<RowBatch>)[]): AsyncIterable<RowBatch> {
  for (const source of sources) yield* source;
}
