import type {
  Alarm,
  AlarmCause,
  AlarmChannelName,
  AlarmDelivery,
  AlarmFilter,
  AlarmSummary,
  AlarmWithDeliveries,
  ClaimedDelivery,
  DeliveryOutcome,
  SentDelivery,
} from '@satchel/domain';
import { AlarmOutbox } from '@satchel/domain';
import { once, type Make } from './on-demand.js';

/** Alarms and their messages, whose adapter is made at the first call. */
export class OnDemandAlarmOutbox extends AlarmOutbox {
  readonly #adapter: Make<AlarmOutbox>;

  constructor(make: Make<AlarmOutbox>) {
    super();
    this.#adapter = once(make);
  }

  async raise(
    cause: AlarmCause,
    channels: readonly AlarmChannelName[],
    now: Date,
  ): Promise<'raised' | 'repeated' | null> {
    return (await this.#adapter()).raise(cause, channels, now);
  }

  async resolve(
    key: Pick<AlarmCause, 'kind' | 'subject'>,
    channels: readonly AlarmChannelName[],
    now: Date,
    unlessSeenSince?: Date,
  ): Promise<boolean> {
    return (await this.#adapter()).resolve(key, channels, now, unlessSeenSince);
  }

  async acknowledge(alarmId: string, by: string, now: Date): Promise<Alarm | null> {
    return (await this.#adapter()).acknowledge(alarmId, by, now);
  }

  async claim(now: Date, limit: number): Promise<readonly ClaimedDelivery[]> {
    return (await this.#adapter()).claim(now, limit);
  }

  async settle(delivery: AlarmDelivery, outcome: DeliveryOutcome, now: Date): Promise<void> {
    await (await this.#adapter()).settle(delivery, outcome, now);
  }

  async record(alarm: Alarm | null, sent: readonly SentDelivery[], now: Date): Promise<void> {
    await (await this.#adapter()).record(alarm, sent, now);
  }

  async find(
    filter: AlarmFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AlarmWithDeliveries[] }> {
    return (await this.#adapter()).find(filter);
  }

  async summary(): Promise<AlarmSummary> {
    return (await this.#adapter()).summary();
  }

  async sweep(before: Date): Promise<void> {
    await (await this.#adapter()).sweep(before);
  }
}
