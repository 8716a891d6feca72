import { ALARM_KINDS } from '@satchel/domain';
import type { ReadAlarms } from '@satchel/use-cases';
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';

/** Alarms as Prometheus wants them, read from the catalog at each scrape: any process may raise and send them. */
export class AlarmMetrics {
  readonly #open: Gauge<'kind'>;
  readonly #failures: Counter<'channel'>;

  constructor(
    registry: Registry,
    private readonly alarms: ReadAlarms,
  ) {
    const registers = [registry];
    this.#open = new Gauge({
      name: 'satchel_alarms_open',
      help: 'Alarms that are open, by kind.',
      labelNames: ['kind'],
      registers,
    });
    this.#failures = new Counter({
      name: 'satchel_alarm_delivery_failures_total',
      help: 'Attempts to send an alarm that failed, by channel.',
      labelNames: ['channel'],
      registers,
    });
  }

  /** Brings the numbers up to date. What cannot be known keeps no old value. */
  async collect(): Promise<void> {
    const summary = await this.alarms.summary();
    this.#open.reset();
    this.#failures.reset();
    if (!summary.reachable) return;
    const { open, channels } = summary.value;
    for (const kind of ALARM_KINDS) {
      this.#open.set({ kind }, open.find(each => each.kind === kind)?.count ?? 0);
    }
    for (const { channel, failures } of channels) this.#failures.inc({ channel }, failures);
  }
}
