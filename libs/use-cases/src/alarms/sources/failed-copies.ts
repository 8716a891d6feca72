import type { AlarmCause, AlarmSource, Copy, CopyStore, Destinations } from '@satchel/domain';

/** Failed attempts, after pauses of one and two minutes: a network that is away for a moment is no news. */
const ATTEMPTS = 3;

/** How long after its next attempt was due a copy that has failed may still not be there: nobody gets as far as trying. */
const LATE_MS = 15 * 60_000;

/** How long a copy may wait that nothing is wrong with: many others may come first, over a slow line. */
const SLOW_MS = 6 * 3_600_000;

/** Destinations that backups do not get to: those that fail, are out of reach, or so slow that it comes to the same. */
export class FailedCopies implements AlarmSource {
  readonly name = 'failed copies';
  readonly kinds = ['copy_failed'] as const;

  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
  ) {}

  async look(now: Date): Promise<readonly AlarmCause[]> {
    const waiting = await this.copies.find({ states: ['pending', 'failed'] });
    const causes: AlarmCause[] = [];
    for (const { name: subject } of this.destinations.all) {
      const [first] = waiting
        .filter(copy => copy.destination === subject && isTrouble(copy, now))
        .toSorted((a, b) => b.attempts - a.attempts);
      if (first === undefined) continue;
      const facts = { file: first.file, error: first.error?.kind ?? 'unavailable' };
      causes.push({ kind: 'copy_failed', subject, facts });
    }
    return causes;
  }
}

function isTrouble({ state, attempts, nextTryAt }: Copy, now: Date): boolean {
  if (state === 'failed' && attempts >= ATTEMPTS) return true;
  const lateMs = nextTryAt === null ? 0 : now.getTime() - nextTryAt.getTime();
  return lateMs >= (state === 'failed' ? LATE_MS : SLOW_MS);
}
