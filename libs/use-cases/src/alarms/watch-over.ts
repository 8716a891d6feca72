import type { AlarmCause, AlarmOutbox, AlarmSource, Clock } from '@satchel/domain';
import { alarmKey, toBackupError } from '@satchel/domain';
import type { AlarmLog } from './alarm-log.js';
import type { RaiseAlarms } from './raise-alarms.js';

/** Causes of one source that are told, at most: whoever attacks from a thousand addresses is one piece of news. */
const MOST_CAUSES = 20;

/** What another process has just seen may not be visible to a look yet: two seconds, and a slow clock. */
const NEWS_MS = 5_000;

/** How long alarms that are over are kept, in milliseconds: longer than a school year. */
const KEPT_MS = 400 * 24 * 3_600_000;

/** Open alarms of one source that are looked through. */
const MOST_OPEN = 1000;

/**
 * Looks at everything that can be wrong, raises what is, and says what is well again. What cannot be looked at now keeps its
 * alarms as they are, and holds up nothing else.
 */
export class WatchOver {
  constructor(
    private readonly sources: readonly AlarmSource[],
    private readonly outbox: AlarmOutbox,
    private readonly raise: RaiseAlarms,
    private readonly clock: Clock,
    private readonly log: AlarmLog,
  ) {}

  async run(signal?: AbortSignal): Promise<void> {
    for (const source of this.sources) {
      if (signal?.aborted) return;
      const now = this.clock.now();
      let causes: readonly AlarmCause[];
      try {
        causes = await source.look(now, signal);
      } catch (thrown) {
        const { kind, message } = toBackupError(thrown);
        this.log.warn(
          { source: source.name, errorType: kind, problem: message },
          'Something cannot be watched.',
        );
        continue;
      }
      for (const cause of causes.slice(0, MOST_CAUSES)) await this.raise.raise(cause);
      await this.#endOthers(source, causes, now);
    }
    await this.outbox.sweep(new Date(this.clock.now().getTime() - KEPT_MS));
  }

  async #endOthers({ kinds }: AlarmSource, causes: readonly AlarmCause[], lookedAt: Date): Promise<void> {
    const present = new Set(causes.map(alarmKey));
    const { items } = await this.outbox.find({ open: true, kinds, limit: MOST_OPEN });
    for (const { alarm } of items) {
      if (present.has(alarmKey(alarm))) continue;
      await this.raise.resolve(alarm, new Date(lookedAt.getTime() - NEWS_MS));
    }
  }
}
