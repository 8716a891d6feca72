import type { ClientBase } from 'pg';
import { quoteLiteral } from '../quote-identifier.js';
import {
  addForeignKey,
  dropForeignKey,
  makeDeferrable,
  makeNotDeferrable,
  type ForeignKeyConstraint,
} from './foreign-keys.js';
import { buildIndex, dropIndex, type SuspendableIndex } from './indexes.js';
import { readEventTriggers } from './event-triggers.js';
import { readPageGaps } from './page-gaps.js';
import { INDEX_MEMORY, KEY_MEMORY } from './server-memory.js';
import type { TableRestore } from './table-restore.js';
import { readTriggers, type Suspension } from './triggers.js';
import { readUnvalidatedChecks, readUnvalidatedDomainChecks } from './unvalidated-checks.js';

const SLOW_JOIN_METHODS = [
  'enable_indexscan',
  'enable_indexonlyscan',
  'enable_bitmapscan',
  'enable_nestloop',
  'enable_mergejoin',
];

/**
 * What a restore has taken away for the while, and puts back before it commits. All of it happens inside the
 * restore's transaction, so whatever is not put back is back anyway after a rollback.
 */
export class Suspensions {
  readonly #quiet = new Set<number>();
  readonly #resume: string[] = [];
  readonly #indexes: SuspendableIndex[] = [];
  readonly #dropped = new Map<number, ForeignKeyConstraint>();
  readonly #deferred = new Map<number, ForeignKeyConstraint>();

  constructor(private readonly client: ClientBase) {}

  /** Keeps what is not part of a table, event triggers and `NOT VALID` checks of domains, from acting on staged rows. */
  async begin(tableOids: readonly number[]): Promise<void> {
    await this.#suspend(await readEventTriggers(this.client));
    await this.#suspend(await readUnvalidatedDomainChecks(this.client, tableOids));
  }

  /** Keeps triggers, rules and `NOT VALID` checks of the tables from acting on restored rows. */
  async quieten(rootOids: readonly number[]): Promise<void> {
    const fresh = rootOids.filter(oid => !this.#quiet.has(oid));
    if (fresh.length === 0) return;
    fresh.forEach(oid => this.#quiet.add(oid));
    await this.#suspend(await readTriggers(this.client, fresh));
    await this.#suspend(await readUnvalidatedChecks(this.client, fresh));
  }

  /** Keeps rows from being put into the gaps that others have left. Others can go on reading the table. */
  async leaveGaps(table: TableRestore): Promise<void> {
    await this.#suspend(await readPageGaps(this.client, table));
  }

  /** What is taken away last comes back first. */
  async #suspend(suspensions: readonly Suspension[]): Promise<void> {
    for (const { suspend, resume } of suspensions) {
      await this.client.query(suspend);
      this.#resume.unshift(...resume);
    }
  }

  async dropForeignKey(key: ForeignKeyConstraint): Promise<void> {
    if (this.#dropped.has(key.oid)) return;
    await this.client.query(dropForeignKey(key));
    this.#dropped.set(key.oid, key);
    this.#deferred.delete(key.oid);
  }

  /** Lets the key be checked at the end of the transaction, by row; a no-op for one that is dropped. */
  async deferForeignKey(key: ForeignKeyConstraint): Promise<void> {
    if (key.deferrable || this.#dropped.has(key.oid) || this.#deferred.has(key.oid)) return;
    await this.client.query(makeDeferrable(key));
    this.#deferred.set(key.oid, key);
  }

  async dropIndexes(indexes: readonly SuspendableIndex[]): Promise<void> {
    // Keys last: a constraint's index goes with the constraint, and nothing may depend on it by then.
    for (const index of [...indexes].reverse()) await this.client.query(dropIndex(index));
    this.#indexes.push(...indexes);
  }

  /** Checks what was deferred; the first row that breaks a foreign key ends the restore. */
  async checkDeferred(): Promise<void> {
    await this.client.query('SET CONSTRAINTS ALL IMMEDIATE');
  }

  /**
   * Puts everything back as it was, keys before the foreign keys that need them.
   *
   * @param onStep called with the name of each index or key before it is built or checked
   */
  async resume(onStep: (name: string) => void): Promise<void> {
    for (const index of this.#indexes) {
      onStep(index.name);
      for (const statement of buildIndex(index)) await this.client.query(statement);
    }
    await this.#addForeignKeys(onStep);
    for (const key of this.#deferred.values()) await this.client.query(makeNotDeferrable(key));
    for (const statement of this.#resume) await this.client.query(statement);
  }

  async #addForeignKeys(onStep: (name: string) => void): Promise<void> {
    if (this.#dropped.size === 0) return;
    // The check joins whole tables. Left to itself, the planner may walk one of them through an index, row by row, by
    // statistics from before the restore: ten times as slow as reading both once.
    for (const method of SLOW_JOIN_METHODS) await this.client.query(`SET LOCAL ${method} = off`);
    await this.#setMaintenanceMemory(KEY_MEMORY);
    for (const key of this.#dropped.values()) {
      onStep(key.name);
      for (const statement of addForeignKey(key)) await this.client.query(statement);
    }
    await this.#setMaintenanceMemory(INDEX_MEMORY);
    for (const method of SLOW_JOIN_METHODS) await this.client.query(`SET LOCAL ${method} TO DEFAULT`);
  }

  async #setMaintenanceMemory(size: string): Promise<void> {
    await this.client.query(`SET LOCAL maintenance_work_mem = ${quoteLiteral(size)}`);
  }
}
