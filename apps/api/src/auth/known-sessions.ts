import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '@satchel/domain';
import type { Authenticated } from '@satchel/use-cases';
import { AccessChanges, AuthenticateRequest } from '@satchel/use-cases';

/** How long an answer is good for, in milliseconds. */
const KEPT_MS = 1000;

/** Answers that are kept at most; then all are forgotten, and asked for anew. */
const MAX_KEPT = 10_000;

interface Kept {
  readonly askedAt: number;
  readonly answer: Promise<Authenticated | null>;
}

/**
 * Whose session a request is of, asked of the store once a second: a page sends several requests at a time.
 *
 * What is changed by this process (a log-out, a role, a user) is forgotten at once, so it holds from the next request on.
 * With several processes on one catalog, the others notice within `KEPT_MS`; a second after a log-out no process takes
 * the session's tokens any more.
 */
@Injectable()
export class KnownSessions implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  readonly #stopListening: () => void;

  constructor(
    private readonly requests: AuthenticateRequest,
    changes: AccessChanges,
    private readonly clock: Clock,
  ) {
    // Changes are rare: forgetting everybody is less to get wrong than forgetting the right ones. What is being asked
    // at this moment is forgotten too, because the question itself is what is kept.
    this.#stopListening = changes.listen(() => this.#kept.clear());
  }

  /** @returns null if the session is over, or its user is not active */
  async find(sessionId: string): Promise<Authenticated | null> {
    const now = this.clock.now().getTime();
    const known = this.#kept.get(sessionId);
    // A clock that was set back must not make an answer last.
    if (known && now >= known.askedAt && now - known.askedAt < KEPT_MS) return known.answer;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const kept = { askedAt: now, answer: this.requests.sessionUser(sessionId) };
    this.#kept.set(sessionId, kept);
    try {
      return await kept.answer;
    } catch (error) {
      if (this.#kept.get(sessionId) === kept) this.#kept.delete(sessionId);
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.#stopListening();
  }
}
