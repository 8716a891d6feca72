import type { AuditAction, AuditEvent, AuditOutcome, NewAuditEvent } from '../audit/audit-event.js';

export interface AuditFilter {
  readonly action?: AuditAction;
  readonly outcome?: AuditOutcome;
  /** The actor's name, whole, without regard to case. */
  readonly actor?: string;
  readonly subject?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Newest first; default 50, at most 1000. */
  readonly limit?: number;
  readonly offset?: number;
}

/** What reading the whole chain has found. */
export interface AuditVerdict {
  /** Entries read. */
  readonly entries: number;
  /** Empty: nothing was edited, removed, inserted or reordered. */
  readonly problems: readonly AuditProblem[];
}

export interface AuditProblem {
  /** Where the chain breaks. */
  readonly number: number;
  readonly problem: 'altered' | 'missing' | 'unknown key' | 'cut off';
  /** A sentence for a person. */
  readonly message: string;
}

/**
 * The log of who did what. Any adapter guarantees:
 *
 * - Entries can be added and read; the store itself refuses to change or remove one.
 * - Each entry's hash covers its content and the hash before, keyed, so that an edit, a removal (of the last ones too)
 *   or another order is found by `verify`, also where it was made behind the adapter's back.
 * - However many processes record at once, numbers have no gaps and the chain does not fork.
 * - Out of reach: `unavailable`.
 */
export abstract class AuditLog {
  abstract record(event: NewAuditEvent): Promise<AuditEvent>;
  abstract find(
    filter: AuditFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AuditEvent[] }>;
  /** All that match, newest first, in memory that does not grow; `limit` and `offset` do not count. */
  abstract stream(filter: AuditFilter, signal?: AbortSignal): AsyncIterable<AuditEvent>;
  abstract verify(signal?: AbortSignal): Promise<AuditVerdict>;
}
