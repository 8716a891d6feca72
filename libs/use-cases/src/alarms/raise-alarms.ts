import { randomUUID } from 'node:crypto';
import type {
  Alarm,
  AlarmCause,
  AlarmChannelName,
  AlarmEvent,
  AlarmOutbox,
  Clock,
  SentDelivery,
} from '@satchel/domain';
import { alarmKey, REPEAT_ALARM_MS, toBackupError } from '@satchel/domain';
import type { AlarmChannels } from './alarm-channels.js';
import type { AlarmLog } from './alarm-log.js';
import { withinPatience } from './within-patience.js';

/** How long a command waits for the catalog before an alarm goes past it, in milliseconds. */
const CATALOG_PATIENCE_MS = 5_000;

/** An alarm that went past the catalog, as this process remembers it. */
interface DirectAlarm {
  alarm: Alarm;
  lastToldAt: Date;
  readonly sent: SentDelivery[];
}

type AlarmKey = Pick<AlarmCause, 'kind' | 'subject'>;

/**
 * Says that something is wrong, or well again. Whoever calls has work of their own, so nothing here throws, or takes long.
 *
 * The catalog queues the messages. Where it is away, they are sent at once and remembered here, so that what is said every
 * minute is told once a day; as soon as the catalog is back it learns of them (`handOver`).
 */
export class RaiseAlarms {
  readonly #direct = new Map<string, DirectAlarm>();

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly channels: AlarmChannels,
    private readonly clock: Clock,
    private readonly log: AlarmLog,
  ) {}

  /**
   * @param except a channel that need not be told: it is what the alarm is about
   * @returns whether the catalog took it
   */
  async raise(cause: AlarmCause, except?: AlarmChannelName): Promise<boolean> {
    const names = this.channels.names.filter(name => name !== except);
    const { kind, subject } = cause;
    try {
      const raising = this.outbox.raise(cause, names, this.clock.now());
      const event = await withinPatience(CATALOG_PATIENCE_MS, raising);
      if (event !== null) this.log.info({ alarm: kind, subject, event }, 'An alarm was raised.');
      return true;
    } catch (thrown) {
      this.#tellNoCatalog(thrown);
      await this.raiseDirectly(cause);
      return false;
    }
  }

  /** @param unlessSeenSince see `AlarmOutbox.resolve`. @returns whether the catalog took it */
  async resolve(key: AlarmKey, unlessSeenSince?: Date): Promise<boolean> {
    let taken = true;
    try {
      const resolving = this.outbox.resolve(key, this.channels.names, this.clock.now(), unlessSeenSince);
      if (await withinPatience(CATALOG_PATIENCE_MS, resolving)) {
        this.log.info({ alarm: key.kind, subject: key.subject }, 'An alarm is over.');
      }
    } catch {
      // What is well need not be told; the next look ends what is open.
      taken = false;
    }
    const direct = this.#direct.get(alarmKey(key));
    if (direct !== undefined && direct.alarm.resolvedAt === null) await this.#endDirectly(direct);
    return taken;
  }

  /** Sends past the catalog, once a day as long as it lasts. */
  async raiseDirectly(cause: AlarmCause): Promise<void> {
    const now = this.clock.now();
    const key = alarmKey(cause);
    const known = this.#direct.get(key);
    if (known === undefined || known.alarm.resolvedAt !== null) {
      const alarm = { ...cause, ...newAlarm(now) };
      const direct: DirectAlarm = { alarm, lastToldAt: now, sent: [] };
      this.#direct.set(key, direct);
      await this.#send(direct, 'raised', now);
      return;
    }
    known.alarm = { ...known.alarm, lastSeenAt: now, timesSeen: known.alarm.timesSeen + 1 };
    if (now.getTime() - known.lastToldAt.getTime() < REPEAT_ALARM_MS && someGotThrough(known)) return;
    known.lastToldAt = now;
    await this.#send(known, 'repeated', now);
  }

  /** Tells the catalog, which is back, what was sent past it: from now on it keeps these alarms. */
  async handOver(): Promise<void> {
    for (const [key, { alarm, sent }] of this.#direct) {
      try {
        await withinPatience(CATALOG_PATIENCE_MS, this.outbox.record(alarm, sent, this.clock.now()));
      } catch (thrown) {
        this.#tellNoCatalog(thrown);
        return;
      }
      this.#direct.delete(key);
    }
  }

  async #endDirectly(direct: DirectAlarm): Promise<void> {
    const now = this.clock.now();
    direct.alarm = { ...direct.alarm, resolvedAt: now };
    await this.#send(direct, 'resolved', now);
  }

  /** To all channels at once: one that is slow holds up no other. */
  async #send(direct: DirectAlarm, event: AlarmEvent, at: Date): Promise<void> {
    const { alarm, sent } = direct;
    const { kind, subject } = alarm;
    await Promise.all(
      this.channels.all.map(async channel => {
        const notice = { deliveryId: randomUUID(), event, alarm, at };
        const problem = await channel.send(notice).then(
          () => null,
          (thrown: unknown) => toBackupError(thrown).message,
        );
        sent.push({ channel: channel.name, event, problem });
        const fields = { alarm: kind, subject, event, channel: channel.name };
        if (problem === null) this.log.info(fields, 'An alarm was sent past the catalog.');
        else this.log.error({ ...fields, problem }, 'An alarm could not be sent.');
      }),
    );
  }

  #tellNoCatalog(thrown: unknown): void {
    const { kind } = toBackupError(thrown);
    this.log.warn({ errorType: kind }, 'Alarms cannot be kept: the catalog does not answer.');
  }
}

function newAlarm(now: Date) {
  return {
    alarmId: randomUUID(),
    openedAt: now,
    lastSeenAt: now,
    timesSeen: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
  };
}

/** Where nothing got through there is no queue that would try again: the next look does. */
function someGotThrough({ sent }: DirectAlarm): boolean {
  return sent.length === 0 || sent.some(({ problem }) => problem === null);
}
