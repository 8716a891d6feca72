import type { MeasuredPromises } from '@satchel/use-cases';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';

/** What is promised, as Prometheus wants it; read at each scrape. */
export class PromiseMetrics {
  readonly #age: Gauge;
  readonly #drillDuration: Gauge;
  readonly #drillSuccess: Gauge;
  readonly #drillFailed: Gauge;
  readonly #overdue: Gauge;

  constructor(
    registry: Registry,
    private readonly promises: MeasuredPromises,
  ) {
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `satchel_${name}`, help, labelNames: ['type'], registers: [registry] });
    this.#age = gauge(
      'backup_age_seconds',
      'Age of the rows in the newest good backup that holds the tables of a type; no value if there is none.',
    );
    this.#drillDuration = gauge(
      'last_drill_duration_seconds',
      'How long the last passed drill took to restore.',
    );
    this.#drillSuccess = gauge('last_drill_success_timestamp_seconds', 'When the last passed drill ended.');
    this.#drillFailed = gauge('last_drill_failed', 'Whether the last drill has failed: 1 or 0.');
    this.#overdue = gauge('schedule_overdue', 'Whether a schedule of a type has not kept its time: 1 or 0.');
  }

  /** What cannot be known keeps no old value, which would look like a good one. */
  async collect(): Promise<void> {
    const promises = await this.promises.read();
    for (const gauge of [
      this.#age,
      this.#drillDuration,
      this.#drillSuccess,
      this.#drillFailed,
      this.#overdue,
    ]) {
      gauge.reset();
    }
    for (const promise of promises.reachable ? promises.value : []) {
      const type = { type: promise.scopeName };
      if (promise.dataLossMs !== null) this.#age.set(type, promise.dataLossMs / 1000);
      if (promise.lastDrill) {
        this.#drillDuration.set(type, promise.lastDrill.restoreMs / 1000);
        this.#drillSuccess.set(type, promise.lastDrill.finishedAt.getTime() / 1000);
      }
      this.#drillFailed.set(type, promise.drillFailed ? 1 : 0);
      this.#overdue.set(type, promise.overdue ? 1 : 0);
    }
  }
}
