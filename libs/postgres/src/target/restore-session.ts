import type { Client } from 'pg';
import {
  BackupError,
  throwIfCancelled,
  totalOf,
  type RestorePlan,
  type RestoreRequest,
  type RowBatch,
  type RowChange,
  type SchemaDifference,
  type SequenceState,
  type SourceSession,
  type TargetSession,
} from '@satchel/domain';
import type { ConnectionSettings } from '../connection/index.js';
import { runDefinition } from './create-schema.js';
import { deleteRows, exchangeRows, insertRows, updateRows } from './apply-rows.js';
import { openBefore } from './before-rows.js';
import { indexesToRebuild, prefersRecheck, prefersReload } from './choose-methods.js';
import { compareForUndo, compareRows, compareWithoutKey } from './compare-rows.js';
import { ConnectionTurns } from './connection-turns.js';
import { refuseEditedRows } from './edited-rows.js';
import type { ForeignKeyConstraint } from './foreign-keys.js';
import { readSuspendableIndexes } from './indexes.js';
import type { LiveRowsOptions } from './live-rows.js';
import { refreshViews } from './refresh-views.js';
import { Refusals } from './refusals.js';
import { fromTargetError } from './refused-row.js';
import { restoreSequences } from './restore-sequences.js';
import { lostCommit, readOutcome } from './transaction-outcome.js';
import { sampleChanges } from './sample-changes.js';
import { RowStage } from './stage-rows.js';
import type { StageSizes } from './stage-sizes.js';
import type { Suspensions } from './suspensions.js';
import type { TableRestore } from './table-restore.js';
import { readUniqueIndexes } from './unique-indexes.js';

/** Kinds of failure that have nothing to do with the rows, so that no other way would fare better. */
const ENDED: ReadonlySet<BackupError['kind']> = new Set(['cancelled', 'unavailable', 'conflict']);

/**
 * One restore on one connection, inside one transaction. The steps come in the order of the methods: stage, plan,
 * (openBefore), apply, commit.
 */
export class RestoreSession implements TargetSession {
  readonly #stages = new Map<number, RowStage>();
  readonly #suspensions: Suspensions;
  private readonly signal: AbortSignal | undefined;
  readonly #settings: ConnectionSettings;
  readonly #early = new Set<number>();
  readonly #turns = new ConnectionTurns();
  #sequences: readonly SequenceState[] = [];
  #needsCare = false;
  #ended = false;

  constructor(
    private readonly client: Client,
    private readonly request: RestoreRequest,
    readonly differences: readonly SchemaDifference[],
    private readonly tables: readonly TableRestore[],
    private readonly foreignKeys: readonly ForeignKeyConstraint[],
    suspensions: Suspensions,
    live: LiveRowsOptions,
    private readonly sizes: StageSizes,
  ) {
    this.signal = live.signal;
    this.#settings = live.settings;
    this.#suspensions = suspensions;
    const context = {
      client,
      turns: this.#turns,
      suspensions,
      foreignKeys,
      mayLoad: !request.dryRun && request.undo === undefined,
      mayMatch: request.undo === undefined,
      mayWriteEarly: mayWriteEarly(request),
      live,
      sizes,
      beingRead: new Set<TableRestore>(),
      early: this.#early,
      lockedOids: new Set(tables.map(table => table.live.oid)),
    };
    for (const table of tables) this.#stages.set(table.match.index, new RowStage(table, context));
  }

  get needsCare(): boolean {
    return this.#needsCare;
  }

  async stage(relation: number, rows: AsyncIterable<RowBatch>): Promise<void> {
    const stage = this.#stages.get(relation);
    if (stage === undefined) {
      // The database has no such table, and that is allowed: its rows are left out, as `differences` says.
      for await (const batch of rows) batch.recycle?.();
      return;
    }
    await this.#guarded(async () => {
      // Parts of tables come one table after another, at most two at a time; what comes out of order is still taken.
      for (const [index, other] of this.#stages) if (index < relation - 1) await other.endMatching();
      await stage.take(rows);
      const stages = [...this.#stages.values()];
      if (stages.reduce((sum, one) => sum + one.waitingBytes, 0) > this.sizes.waitingBytes) {
        for (const one of stages) if (one.waitingBytes > 0) await one.flush();
      }
    }, relation);
  }

  async plan(sequences: readonly SequenceState[]): Promise<RestorePlan> {
    this.#sequences = sequences;
    for (const [relation, stage] of this.#stages) await this.#guarded(() => stage.finish(), relation);
    return await this.#guarded(async () => {
      await this.#turns.finish();
      for (const table of this.tables) {
        table.setUniqueIndexes(await readUniqueIndexes(this.client, table.live.oid));
      }
      for (const table of this.tables) await this.#compare(table);
      for (const table of this.tables) table.early?.expectPlanned();
      await this.#refuse();
      for (const table of this.#changing()) {
        if (table.method === 'reconcile' && this.#exchanges(table)) table.method = 'reload';
      }
      return this.#report();
    });
  }

  async changes(): Promise<ReadonlyMap<number, readonly RowChange[]>> {
    return await this.#guarded(async () => {
      const samples = new Map<number, readonly RowChange[]>();
      for (const table of this.tables) {
        if (!table.compared || this.request.sampleRows === 0) continue;
        samples.set(table.match.index, await sampleChanges(this.client, table, this.request.sampleRows));
      }
      return samples;
    });
  }

  async openBefore(): Promise<SourceSession | null> {
    const changing = this.#changing();
    if (changing.length === 0) return null;
    return await this.#guarded(() => openBefore(this.client, changing, this.signal));
  }

  async transactionId(): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>(
      'SELECT pg_catalog.pg_current_xact_id()::text AS id',
    );
    return rows[0]?.id ?? '';
  }

  async apply(onStep: (name: string) => void = () => undefined): Promise<RestorePlan> {
    if (this.request.dryRun) throw new BackupError('system_error', 'A dry run has nothing to apply.');
    return await this.#guarded(async () => {
      const changing = this.#changing();
      const pending = changing.filter(table => table.method !== 'load' && table.early === null);
      await this.#suspensions.quieten(pending.map(table => table.live.oid));
      await this.#settleForeignKeys(pending);
      await this.client.query('SET CONSTRAINTS ALL DEFERRED');
      for (const table of pending.filter(one => one.method === 'reload')) {
        onStep(table.label);
        await this.#dropIndexes(table);
        await exchangeRows(this.client, table);
      }
      // All deletes first and all inserts last: what one row gives up, a unique value or a place, another may take.
      const reconciled = pending.filter(one => one.method === 'reconcile');
      for (const table of reconciled) await this.#dropIndexes(table);
      for (const step of [deleteRows, updateRows, insertRows]) {
        for (const table of reconciled) {
          onStep(table.label);
          await step(this.client, table);
        }
      }
      await this.#suspensions.checkDeferred();
      for (const table of changing) await table.early?.checkKeys();
      await this.#suspensions.resume(onStep);
      await this.#buildAround(onStep);
      await this.#finish(changing);
      return this.#report();
    });
  }

  async commit(): Promise<void> {
    const transactionId = await this.transactionId();
    try {
      await this.#guarded(() => this.client.query('COMMIT'));
    } catch (error) {
      // The answer may be lost although the server did what it was asked; it remembers.
      const outcome = await readOutcome(this.#settings, transactionId);
      if (outcome === 'aborted') throw error;
      if (outcome === 'unknown') throw lostCommit(error);
    }
    await this.#end();
  }

  async rollback(): Promise<void> {
    if (this.#ended) return;
    for (const stage of this.#stages.values()) await stage.close();
    await this.#turns.stop();
    // Whatever state the connection is in, ending it ends the transaction; asking first makes it end at once.
    await this.client.query('ROLLBACK').catch(() => undefined);
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.client.end().catch(() => undefined);
  }

  async #compare(table: TableRestore): Promise<void> {
    const { role } = table;
    if (role === 'created') return;
    if (table.loaded) {
      table.counts = { created: table.storedRows, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
      return;
    }
    const refusals = new Refusals(this.client, this.tables, this.foreignKeys);
    await refusals.ofWhatDoesNotFit(table);
    if (table.key === null) {
      refusePartOfKeyless(table);
      await compareWithoutKey(this.client, table);
      this.#refuseMergeWithoutKey(table);
    } else if (role === 'before') {
      const created =
        this.tables.find(other => other.role === 'created' && other.live.oid === table.live.oid) ?? null;
      await compareForUndo(this.client, table, created);
    } else {
      await compareRows(this.client, table, this.request);
    }
    // Where equal rows were dropped on the way, the second row of a key has no live row left to update, and its insert fails.
    if (table.compared && table.equalRows === null) await refusals.ofKeysTwice(table);
  }

  #refuseMergeWithoutKey(table: TableRestore): void {
    const { counts } = table;
    const exchangesAll = this.request.mode === 'replace' && table.role !== 'context';
    if (counts === null || exchangesAll || counts.deleted === 0) return;
    if (table.storedRows === 0) {
      table.counts = { ...counts, created: 0, deleted: 0 };
      return;
    }
    throw new BackupError(
      'restore_failed',
      `${table.label} has no primary key or unique key without nulls, so merge cannot tell its rows apart. ` +
        'Nothing was changed. Use --mode=replace, or give the table a key.',
      { table: table.label },
    );
  }

  async #refuse(): Promise<void> {
    const refusals = new Refusals(this.client, this.tables, this.foreignKeys);
    const safety = this.request.header.backup.safety;
    for (const table of this.#changing()) {
      refusals.ofMissingValues(table);
      if (table.loaded || table.early !== null) continue;
      if (this.request.undo !== undefined && !this.request.undo.overwriteEdited && safety !== undefined) {
        await refuseEditedRows(this.client, table, safety.transactionId);
      }
      await refusals.ofBrokenRules(table);
      await refusals.ofNeededRows(table);
      await refusals.ofTakenValues(table);
      await refusals.ofMissingParents(table);
    }
  }

  #changing(): TableRestore[] {
    return this.tables.filter(table => table.changes > 0);
  }

  #exchanges(table: TableRestore): boolean {
    const replaces = this.request.mode === 'replace' && table.role === 'content';
    return replaces && prefersReload(table, this.tables, this.foreignKeys, this.sizes);
  }

  async #settleForeignKeys(pending: readonly TableRestore[]): Promise<void> {
    const byOid = new Map(pending.map(table => [table.live.oid, table]));
    for (const key of this.foreignKeys) {
      const [from, to] = [byOid.get(key.from.rootOid), byOid.get(key.to.rootOid)];
      if (from === undefined && to === undefined) continue;
      // One that rows wait to be checked by cannot be taken away.
      const awaited = this.#early.has(key.from.rootOid) || this.#early.has(key.to.rootOid);
      if (!awaited && prefersRecheck(key, from, to, this.sizes)) await this.#suspensions.dropForeignKey(key);
      else await this.#suspensions.deferForeignKey(key);
    }
  }

  async #dropIndexes(table: TableRestore): Promise<void> {
    const indexes = await readSuspendableIndexes(this.client, table.live.oid);
    await this.#suspensions.dropIndexes(indexesToRebuild(table, indexes, this.foreignKeys, this.sizes));
  }

  async #finish(changing: readonly TableRestore[]): Promise<void> {
    const oids = changing.map(table => table.live.oid);
    const replace = this.request.mode === 'replace' && this.request.undo === undefined;
    await restoreSequences(this.client, this.#sequences, new Set(oids), replace);
    await refreshViews(this.client, oids);
  }

  /** What needs the rows comes after them: each index is built once, and each key is checked over all rows. */
  async #buildAround(onStep: (name: string) => void): Promise<void> {
    const { createSchema } = this.request;
    if (createSchema === undefined) return;
    onStep('indexes and keys');
    await runDefinition(this.client, createSchema.postData, 'after');
  }

  #report(): RestorePlan {
    const relations = this.tables
      .filter(table => table.role !== 'created')
      .map(table => ({
        schema: table.live.schema,
        name: table.live.name,
        role: table.role,
        method: table.method,
        ...(table.counts ?? { created: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 }),
      }));
    const { mode, duplicateStrategy } = this.request;
    return { mode, duplicateStrategy, relations, totals: totalOf(relations), differences: this.differences };
  }

  async #guarded<T>(step: () => Promise<T>, relation?: number): Promise<T> {
    try {
      throwIfCancelled(this.signal);
      return await step();
    } catch (error) {
      const table = this.tables.find(candidate => candidate.match.index === relation);
      const failure = fromTargetError(error, table?.live, this.signal);
      // What we looked for ourselves is said as well as can be; what the server refused may be for want of care.
      const ended = error instanceof BackupError || ENDED.has(failure.kind);
      if (this.#early.size > 0 && !ended) this.#needsCare = true;
      throw failure;
    }
  }
}

/** A merge deletes nothing, so rows can come in any order; an undo or a skip has to know first what is there. */
function mayWriteEarly({ mode, duplicateStrategy, dryRun, undo, careful }: RestoreRequest): boolean {
  if (dryRun || undo !== undefined || careful === true) return false;
  return mode === 'merge' && duplicateStrategy === 'update';
}

/** Without the key that told its rows apart, a few rows of a table would take the place of all. */
function refusePartOfKeyless(table: TableRestore): void {
  if (table.role !== 'before' || table.match.stored.complete === true) return;
  throw new BackupError(
    'conflict',
    `${table.label} had a key when it was restored and has none now, so its rows cannot be told apart. Nothing was changed. ` +
      'Give the table its key back, then undo again.',
    { table: table.label },
  );
}
