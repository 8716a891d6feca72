import { Injectable } from '@nestjs/common';
import { AuditLog, Clock, toBackupError } from '@satchel/domain';
import type { Request } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { networkOf } from './known-callers.js';
import { actorOf } from './principal.js';

export interface Refusal {
  /** In a few words, of ours. */
  readonly reason: string;
  /** The permission that was lacking. */
  readonly permission?: string | null;
}

/** In milliseconds: the same of the same caller is not recorded again. */
const QUIET_MS = 60_000;

/** Entries a minute of all whom nobody knows, together: addresses are cheap. Of users there are few. */
const MAX_ANONYMOUS = 60;

const MAX_REMEMBERED = 10_000;

/**
 * Writes refused requests into the audit log, so that somebody can see who tried what; at most one entry a minute for a
 * caller and a route, because the log keeps everything for ever and anybody can be refused as often as they like.
 */
@Injectable()
export class Refusals {
  /** When each was last recorded; oldest first. */
  readonly #recorded = new Map<string, number>();
  #anonymous = { since: 0, count: 0 };

  constructor(
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Refusals.name);
  }

  /** Whether it could be recorded does not change the answer: what is refused stays refused. */
  async record(request: Request, { reason, permission = null }: Refusal): Promise<void> {
    const route = routeOf(request);
    const caller = request.principal ? `user ${request.principal.user.userId}` : networkOf(request);
    if (!this.#isDue(`${caller} ${request.method} ${route} ${reason}`, request.principal === undefined))
      return;
    try {
      await this.audit.record({
        actor: actorOf(request),
        action: 'request.refused',
        outcome: 'refused',
        subject: null,
        details: { method: request.method, route, reason, ...(permission === null ? {} : { permission }) },
      });
    } catch (error) {
      this.logger.warn({ errorType: toBackupError(error).kind }, 'A refused request could not be recorded.');
    }
  }

  #isDue(key: string, anonymous: boolean): boolean {
    const now = this.clock.now().getTime();
    const last = this.#recorded.get(key);
    if (last !== undefined && Math.abs(now - last) < QUIET_MS) return false;
    if (anonymous) {
      if (Math.abs(now - this.#anonymous.since) >= QUIET_MS) this.#anonymous = { since: now, count: 0 };
      if (this.#anonymous.count >= MAX_ANONYMOUS) return false;
      this.#anonymous.count += 1;
    }
    this.#recorded.delete(key);
    this.#recorded.set(key, now);
    if (this.#recorded.size > MAX_REMEMBERED) {
      const [oldest] = this.#recorded.keys();
      if (oldest !== undefined) this.#recorded.delete(oldest);
    }
    return true;
  }
}

/** The pattern of a route: ids in a path are for nobody to fill the log with. */
function routeOf(request: Request): string {
  const { route } = request as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : 'unknown';
}
