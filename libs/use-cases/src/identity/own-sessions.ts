import type { Actor, AuditLog, Clock, IdentityStore, Session } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AccessChanges } from './access-changes.js';
import { requirePerson } from './asker.js';

/** A person's own open sessions: where they are signed in, and how to end that. */
export class OwnSessions {
  constructor(
    private readonly store: IdentityStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
  ) {}

  /** Last used first. */
  async list(actor: Actor): Promise<readonly Session[]> {
    return this.store.sessions(requirePerson(actor), this.clock.now());
  }

  /** @throws BackupError `not_found` if the person has no such open session */
  async end(sessionId: string, actor: Actor): Promise<void> {
    const userId = requirePerson(actor);
    await audited(
      this.audit,
      { actor, action: 'session.revoke', subject: sessionId, details: {} },
      async () => {
        const own = await this.store.sessions(userId, this.clock.now());
        const isOwn = own.some(session => session.sessionId === sessionId);
        if (!isOwn || !(await this.store.endSession(sessionId))) {
          throw new BackupError('not_found', 'You have no such session; it may have ended by itself.', {
            sessionId,
          });
        }
        this.changes.tell({ of: 'session', sessionId });
      },
    );
  }

  /** @param sessionId the one that stays. @returns how many were ended */
  async endOthers(sessionId: string, actor: Actor): Promise<number> {
    const userId = requirePerson(actor);
    return audited(
      this.audit,
      { actor, action: 'session.revoke', subject: userId, details: { others: true } },
      () => endOtherSessions(this.store, this.changes, { userId, sessionId, now: this.clock.now() }),
      ended => ({ ended }),
    );
  }
}

/** Ends all open sessions of a user but one. @returns how many were ended */
export async function endOtherSessions(
  store: IdentityStore,
  changes: AccessChanges,
  kept: { readonly userId: string; readonly sessionId: string | null; readonly now: Date },
): Promise<number> {
  let ended = 0;
  for (const { sessionId } of await store.sessions(kept.userId, kept.now)) {
    if (sessionId === kept.sessionId) continue;
    if (await store.endSession(sessionId)) ended += 1;
    changes.tell({ of: 'session', sessionId });
  }
  return ended;
}
