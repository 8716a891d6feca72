import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Clock } from '@satchel/domain';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Callers that are remembered at most; of more, the first are forgotten. */
const MAX_CALLERS = 100_000;

interface Window {
  readonly startedAt: number;
  count: number;
}

/**
 * Counts requests of a caller since the first of them, anew after each period. One number a caller: the library's own
 * storage keeps the time of every request and reads them all at each, which is slow for high limits.
 */
@Injectable()
export class RequestCounts implements ThrottlerStorage {
  /** In the order in which they began. */
  readonly #windows = new Map<string, Window>();

  constructor(private readonly clock: Clock) {}

  /** @param periodMs the same in all calls */
  async increment(key: string, periodMs: number, limit: number): Promise<ThrottlerStorageRecord> {
    const now = this.clock.now().getTime();
    this.#forget(now - periodMs);
    let window = this.#windows.get(key);
    if (window === undefined || now - window.startedAt >= periodMs || now < window.startedAt) {
      window = { startedAt: now, count: 0 };
      this.#windows.delete(key);
      this.#windows.set(key, window);
    }
    window.count += 1;
    const isBlocked = window.count > limit;
    const timeToExpire = Math.ceil((window.startedAt + periodMs - now) / 1000);
    return {
      totalHits: window.count,
      timeToExpire,
      isBlocked,
      timeToBlockExpire: isBlocked ? timeToExpire : 0,
    };
  }

  #forget(before: number): void {
    for (const [key, { startedAt }] of this.#windows) {
      if (startedAt > before && this.#windows.size < MAX_CALLERS) return;
      this.#windows.delete(key);
    }
  }
}
