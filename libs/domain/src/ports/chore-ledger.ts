/**
 * Says which process does what has to be done again and again, however many run on one catalog. Any adapter guarantees:
 *
 * - Of all who ask for a chore within `everyMs` one is told to do it; the time is the database's own, not that of a host.
 * - A chore that is kept (`keep`) more often than that is nobody else's; one whose process has died is free again after
 *   `everyMs`.
 * - Out of reach: `unavailable`.
 */
export abstract class ChoreLedger {
  /** @returns whether the caller is to do it now */
  abstract claim(name: string, everyMs: number): Promise<boolean>;
  /** Shows that the caller is still at it. */
  abstract keep(name: string): Promise<void>;
}
