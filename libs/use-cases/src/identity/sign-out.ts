import type { Actor, AuditLog, IdentityStore } from '@satchel/domain';
import type { AccessChanges } from './access-changes.js';

/**
 * Ends a session at once: its access tokens are refused from the next request on. Doing so twice changes nothing.
 */
export class SignOut {
  constructor(
    private readonly store: IdentityStore,
    private readonly audit: AuditLog,
    private readonly changes: AccessChanges,
  ) {}

  /** @param actor whose session it is. @returns whether it was open */
  async run(sessionId: string, actor: Actor): Promise<boolean> {
    const ended = await this.store.endSession(sessionId);
    this.changes.tell({ of: 'session', sessionId });
    if (!ended) return false;
    await this.audit.record({
      actor,
      action: 'session.sign_out',
      outcome: 'success',
      subject: sessionId,
      details: {},
    });
    return true;
  }
}
