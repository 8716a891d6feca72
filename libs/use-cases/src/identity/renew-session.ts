import type { AuditLog, Clock, IdentityStore, Secret } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { AccessChanges } from './access-changes.js';
import { digestOf, newRefreshToken } from './new-secret.js';
import type { OpenedSession } from './sign-in.js';

export interface RenewSessionCommand {
  readonly refreshToken: Secret<string>;
  /** Where the request came from; null where it is not known. */
  readonly address: string | null;
}

/**
 * Exchanges a refresh token for the next one. A token that was exchanged before is in two hands, so its session ends;
 * see `RenewOutcome` for the moment of grace that browser tabs have. Renewals are not in the audit log, which they
 * would drown; a reuse is.
 *
 * @throws BackupError `auth_error` if it is none, its session has ended, or it was used before
 */
export class RenewSession {
  constructor(
    private readonly store: IdentityStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
  ) {}

  async run({ refreshToken, address }: RenewSessionCommand): Promise<OpenedSession> {
    const next = newRefreshToken();
    const now = this.clock.now();
    const renewal = await this.store.renewSession(digestOf(refreshToken), digestOf(next), now);
    if (renewal.outcome === 'unknown') throw ended();
    const { session } = renewal;
    const { sessionId, userId } = session;
    if (renewal.outcome === 'reused') {
      this.changes.tell({ of: 'session', sessionId });
      const user = await this.store.user(userId);
      await this.audit.record({
        actor: { userId, name: user?.username ?? userId, channel: 'api', address, tokenId: null },
        action: 'session.refresh',
        outcome: 'refused',
        subject: sessionId,
        details: { reason: 'a refresh token was used twice; the session was ended', error: 'auth_error' },
      });
      throw ended();
    }
    const user = await this.store.sessionUser(sessionId, now);
    if (user === null) {
      await this.store.endSession(sessionId);
      this.changes.tell({ of: 'session', sessionId });
      throw ended();
    }
    return { user, session, refreshToken: next };
  }
}

function ended(): BackupError {
  return new BackupError('auth_error', 'The session has ended. Sign in again.');
}
