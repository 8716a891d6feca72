import type { AlarmOutbox, ClaimedDelivery, Clock, DeliveryOutcome } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import type { AlarmChannels } from './alarm-channels.js';
import type { AlarmLog } from './alarm-log.js';
import type { RaiseAlarms } from './raise-alarms.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long to wait after each attempt that failed; after the last one it is given up. Together about a day. */
export const DELIVERY_PAUSES_MS: readonly number[] = [
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];

/** Messages that are sent side by side. */
const BATCH = 10;

/**
 * Sends what waits to be sent, until nothing is due. What does not get through is tried again after growing pauses, for
 * about a day; then it is given up, which the log, the status and an alarm through the other channels say.
 */
export class DeliverAlarms {
  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly channels: AlarmChannels,
    private readonly raise: RaiseAlarms,
    private readonly clock: Clock,
    private readonly log: AlarmLog,
  ) {}

  /** @throws BackupError `unavailable` where the catalog is away; what was claimed then comes again */
  async run(signal?: AbortSignal): Promise<void> {
    let claimed: readonly ClaimedDelivery[];
    do {
      if (signal?.aborted) return;
      claimed = await this.outbox.claim(this.clock.now(), BATCH);
      await Promise.all(claimed.map(each => this.#deliver(each, signal)));
    } while (claimed.length > 0);
  }

  async #deliver({ delivery, alarm }: ClaimedDelivery, signal: AbortSignal | undefined): Promise<void> {
    const { deliveryId, channel: name, event, attempts } = delivery;
    const fields = { alarm: alarm.kind, subject: alarm.subject, channel: name, event, attempt: attempts };
    const channel = this.channels.byName(name);
    let outcome: DeliveryOutcome;
    if (channel === undefined) {
      outcome = { state: 'failed', problem: `The channel ${name} is not set up any more.` };
    } else {
      const at = this.clock.now();
      outcome = await channel.send({ deliveryId, event, alarm, at }, signal).then(
        (problem): DeliveryOutcome => ({ state: 'delivered', problem }),
        (thrown: unknown) => this.#afterFailure(thrown, attempts),
      );
    }
    await this.outbox.settle(delivery, outcome, this.clock.now());
    if ('againAt' in outcome) {
      this.log.warn(
        { ...fields, problem: outcome.problem },
        'An alarm could not be sent; it is tried again.',
      );
    } else if (outcome.state === 'failed') {
      this.log.error({ ...fields, problem: outcome.problem }, 'An alarm could not be sent, and is given up.');
      const facts = { attempts, problem: outcome.problem };
      if (channel !== undefined)
        await this.raise.raise({ kind: 'delivery_failed', subject: name, facts }, name);
    } else {
      this.log.info(fields, 'An alarm was sent.');
      await this.raise.resolve({ kind: 'delivery_failed', subject: name });
    }
  }

  #afterFailure(thrown: unknown, attempts: number): DeliveryOutcome {
    const { kind, message: problem, context } = toBackupError(thrown);
    const pauseMs = DELIVERY_PAUSES_MS[attempts - 1];
    if (kind !== 'unavailable' || pauseMs === undefined) return { state: 'failed', problem };
    const { retryAfterMs } = context;
    const waitMs = Math.max(pauseMs, typeof retryAfterMs === 'number' ? retryAfterMs : 0);
    return { againAt: new Date(this.clock.now().getTime() + waitMs), problem };
  }
}
