import type { AuditEvent, AuditFilter, AuditVerdict, NewAuditEvent } from '@satchel/domain';
import { AuditLog } from '@satchel/domain';
import { once, type Make } from './on-demand.js';

/** The audit log, whose adapter is made at the first call. */
export class OnDemandAuditLog extends AuditLog {
  readonly #adapter: Make<AuditLog>;

  constructor(make: Make<AuditLog>) {
    super();
    this.#adapter = once(make);
  }

  async record(event: NewAuditEvent): Promise<AuditEvent> {
    return (await this.#adapter()).record(event);
  }

  async find(
    filter: AuditFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AuditEvent[] }> {
    return (await this.#adapter()).find(filter);
  }

  async *stream(filter: AuditFilter, signal?: AbortSignal): AsyncGenerator<AuditEvent, void, undefined> {
    yield* (await this.#adapter()).stream(filter, signal);
  }

  async verify(signal?: AbortSignal): Promise<AuditVerdict> {
    return (await this.#adapter()).verify(signal);
  }
}
