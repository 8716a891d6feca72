import {
  AuditLog,
  throwIfCancelled,
  type AuditEvent,
  type AuditFilter,
  type AuditVerdict,
  type KeyRing,
  type NewAuditEvent,
} from '@satchel/domain';
import type { CatalogDatabase } from '../catalog-database.js';
import { appendEvent } from './append-event.js';
import { eventOf, type AuditRow } from './audit-row.js';
import { eventsBelow, findEvents } from './find-events.js';
import { verifyChain } from './verify-chain.js';

/** Entries that a stream has in memory at a time. */
const BATCH = 1_000;

/**
 * Keeps the audit log in schema `satchel`, as a chain of keyed hashes. A trigger refuses changes; what a superuser does
 * past it, `verify` finds. See docs/decisions/0021-audit-chain.md.
 */
export class TypeormAuditLog extends AuditLog {
  readonly #database: CatalogDatabase;
  readonly #keyRing: KeyRing;

  constructor(database: CatalogDatabase, keyRing: KeyRing) {
    super();
    this.#database = database;
    this.#keyRing = keyRing;
  }

  async record(event: NewAuditEvent): Promise<AuditEvent> {
    return this.#database.ask(dataSource =>
      dataSource.transaction('READ COMMITTED', manager => appendEvent(manager, this.#keyRing, event)),
    );
  }

  async find(
    filter: AuditFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AuditEvent[] }> {
    const { total, rows } = await this.#database.ask(dataSource =>
      dataSource.transaction('REPEATABLE READ', manager => findEvents(manager, filter)),
    );
    return { total, items: rows.map(eventOf) };
  }

  async *stream(filter: AuditFilter, signal?: AbortSignal): AsyncGenerator<AuditEvent, void, undefined> {
    // Entries never change, so batches of several statements make one list.
    let below: string | null = null;
    do {
      throwIfCancelled(signal);
      const rows = await this.#below(below, filter);
      yield* rows.map(eventOf);
      below = rows.length < BATCH ? null : (rows.at(-1)?.number ?? null);
    } while (below !== null);
  }

  async verify(signal?: AbortSignal): Promise<AuditVerdict> {
    return this.#database.ask(dataSource =>
      dataSource.transaction('REPEATABLE READ', manager => verifyChain(manager, this.#keyRing, signal)),
    );
  }

  #below(number: string | null, filter: AuditFilter): Promise<readonly AuditRow[]> {
    return this.#database.ask(({ manager }) => eventsBelow(manager, filter, number, BATCH));
  }
}
