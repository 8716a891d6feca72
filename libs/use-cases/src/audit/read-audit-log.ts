import type { Actor, AuditEvent, AuditFilter, AuditLog, AuditVerdict } from '@satchel/domain';

/** Reads who did what. Looking is not recorded; taking a copy away is. */
export class ReadAuditLog {
  constructor(private readonly audit: AuditLog) {}

  /** A page, newest first. */
  async find(
    filter: AuditFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AuditEvent[] }> {
    return this.audit.find(filter);
  }

  /**
   * All that match, newest first. The entry about the export is written before the first one is read, and so is among
   * them where the filter lets it.
   *
   * @throws BackupError `unavailable`; what cannot be recorded is not given out
   */
  async *export(filter: AuditFilter, actor: Actor, signal?: AbortSignal): AsyncGenerator<AuditEvent, void> {
    const { action, outcome, actor: actorName, subject, from, to } = filter;
    const details = {
      ...(action === undefined ? {} : { action }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(actorName === undefined ? {} : { actor: actorName }),
      ...(subject === undefined ? {} : { subject }),
      ...(from === undefined ? {} : { from: from.toISOString() }),
      ...(to === undefined ? {} : { to: to.toISOString() }),
    };
    await this.audit.record({ actor, action: 'audit.export', outcome: 'success', subject: null, details });
    yield* this.audit.stream(filter, signal);
  }

  /** Reads the whole chain, and says where it was tampered with. */
  async verify(signal?: AbortSignal): Promise<AuditVerdict> {
    return this.audit.verify(signal);
  }
}
