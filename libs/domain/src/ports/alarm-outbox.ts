import type {
  Alarm,
  AlarmCause,
  AlarmChannelName,
  AlarmDelivery,
  AlarmEvent,
  AlarmKind,
} from '../alarm/alarm.js';

export interface AlarmFilter {
  /** Open ones or past ones only; both if it is not said. */
  readonly open?: boolean;
  readonly kinds?: readonly AlarmKind[];
  /** Newest first; default 50, at most 1000. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface AlarmWithDeliveries {
  readonly alarm: Alarm;
  /** Oldest first. */
  readonly deliveries: readonly AlarmDelivery[];
}

/** A message that this process has to send now. */
export interface ClaimedDelivery {
  readonly delivery: AlarmDelivery;
  readonly alarm: Alarm;
}

/** - `againAt`: it failed, and is to be tried again then. */
export type DeliveryOutcome =
  | { readonly state: 'delivered'; readonly problem: string | null }
  | { readonly state: 'failed'; readonly problem: string }
  | { readonly againAt: Date; readonly problem: string };

/** A message that was sent past the queue, and what became of it. */
export interface SentDelivery {
  readonly channel: AlarmChannelName;
  readonly event: AlarmEvent;
  /** Null: it was delivered. */
  readonly problem: string | null;
}

export interface ChannelHistory {
  readonly channel: AlarmChannelName;
  readonly lastDeliveredAt: Date | null;
  readonly lastProblemAt: Date | null;
  readonly lastProblem: string | null;
  /** Attempts that failed, of all that is kept. */
  readonly failures: number;
  readonly pending: number;
}

export interface AlarmSummary {
  /** Kinds of which none is open are left out. */
  readonly open: readonly { readonly kind: AlarmKind; readonly count: number }[];
  /** Only channels of which there is anything to say. */
  readonly channels: readonly ChannelHistory[];
}

/**
 * The alarms, and the messages about them that are still to be sent. Any adapter guarantees:
 *
 * - Of one cause (`kind` and `subject`) one alarm is open at a time, however many processes raise it at once.
 * - What `raise`, `resolve` and `settle` do is done whole or not at all: an alarm that is kept is told too.
 * - One process at a time has a delivery. If it dies while it has it, another gets it after `LEASE_MS`: a message may come
 *   twice, with the same `deliveryId`, but is not lost.
 * - Out of reach: `unavailable`.
 */
export abstract class AlarmOutbox {
  /**
   * Notes that something is wrong, and queues a message to each channel if the alarm is new, or was last told
   * `REPEAT_ALARM_MS` ago and nobody has acknowledged it.
   *
   * @returns what was queued; null if it was known, and not the time to say so again
   */
  abstract raise(
    cause: AlarmCause,
    channels: readonly AlarmChannelName[],
    now: Date,
  ): Promise<'raised' | 'repeated' | null>;
  /**
   * Notes that something is well again, and queues a message; what was not yet sent about it is superseded.
   *
   * @param unlessSeenSince an alarm that was seen at or after this moment stays as it is
   * @returns whether there was such an alarm
   */
  abstract resolve(
    key: Pick<AlarmCause, 'kind' | 'subject'>,
    channels: readonly AlarmChannelName[],
    now: Date,
    unlessSeenSince?: Date,
  ): Promise<boolean>;
  /** Notes that somebody knows. Acknowledging again changes nothing. @returns null if there is no such alarm */
  abstract acknowledge(alarmId: string, by: string, now: Date): Promise<Alarm | null>;
  /** Takes messages that are due, longest due first. */
  abstract claim(now: Date, limit: number): Promise<readonly ClaimedDelivery[]>;
  /** Says what became of a message that this process had claimed; one that another has taken since stays as it is. */
  abstract settle(delivery: AlarmDelivery, outcome: DeliveryOutcome, now: Date): Promise<void>;
  /** Keeps what was sent past the queue: tests (`alarm` null), and what could not wait for a catalog that was away. */
  abstract record(alarm: Alarm | null, sent: readonly SentDelivery[], now: Date): Promise<void>;
  abstract find(
    filter: AlarmFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AlarmWithDeliveries[] }>;
  abstract summary(): Promise<AlarmSummary>;
  /** Forgets alarms that ended, and tests that were made, before a moment. */
  abstract sweep(before: Date): Promise<void>;
}

/** How long a process has a delivery to itself, in milliseconds; sending takes seconds. */
export const LEASE_MS = 120_000;
