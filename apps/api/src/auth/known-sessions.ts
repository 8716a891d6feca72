import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '@satchel/domain';
import type { Authenticated } from '@satchel/use-cases';
import { AccessChanges, AuthenticateRequest } from '@satchel/use-cases';

/** How long an answer is good for, in milliseconds. */
const KEPT_MS = 1000;

/** How old one is when the store is asked again, in milliseconds, so that those who ask all the time need not wait for it. */
const ASK_AGAIN_MS = 500;

/** Answers that are kept at most; then all are forgotten, and asked for anew. */
const MAX_KEPT = 10_000;

interface Kept {
  readonly askedAt: number;
  readonly answer: Promise<Authenticated | null>;
  isAskedAgain: boolean;
}

/**
 * Whose session a request is of, asked of the store twice a second at most: a page sends several requests at a time.
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
    if (known && now >= known.askedAt && now - known.askedAt < KEPT_MS) {
      if (now - known.askedAt >= ASK_AGAIN_MS) void this.#askAgain(sessionId, known);
      return known.answer;
    }
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const kept = this.#ask(sessionId);
    this.#kept.set(sessionId, kept);
    try {
      return await kept.answer;
    } catch (error) {
      if (this.#kept.get(sessionId) === kept) this.#kept.delete(sessionId);
      throw error;
    }
  }

  /** Puts a newer answer in an older one's place, unless that was forgotten meanwhile: then the newer may be of before a change. */
  async #askAgain(sessionId: string, known: Kept): Promise<void> {
    if (known.isAskedAgain) return;
    known.isAskedAgain = true;
    const newer = this.#ask(sessionId);
    try {
      await newer.answer;
      if (this.#kept.get(sessionId) === known) this.#kept.set(sessionId, newer);
    } catch {
      // The older one is good until its time is over; whoever asks then hears what is wrong.
    }
  }

  #ask(sessionId: string): Kept {
    const askedAt = this.clock.now().getTime();
    return { askedAt, answer: this.requests.sessionUser(sessionId), isAskedAgain: false };
  }

  onModuleDestroy(): void {
    this.#stopListening();
  }
}
