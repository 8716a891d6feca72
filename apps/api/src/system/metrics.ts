import { Injectable } from '@nestjs/common';
import { JobStore } from '@satchel/domain';
import { MeasuredPromises, ReadAlarms, ServerStatus } from '@satchel/use-cases';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AlarmMetrics } from './alarm-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { JobMetrics } from './job-metrics.js';
import { PromiseMetrics } from './promise-metrics.js';

/** Everything that is measured, in a registry of its own: several servers of one process do not share numbers. */
@Injectable()
export class Metrics {
  readonly #registry = new Registry();
  readonly http = new HttpMetrics(this.#registry);
  readonly #jobs: JobMetrics;
  readonly #promises: PromiseMetrics;
  readonly #alarms: AlarmMetrics;

  constructor(jobs: JobStore, status: ServerStatus, promises: MeasuredPromises, alarms: ReadAlarms) {
    this.#jobs = new JobMetrics(this.#registry, jobs, status);
    this.#promises = new PromiseMetrics(this.#registry, promises);
    this.#alarms = new AlarmMetrics(this.#registry, alarms);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await Promise.all([this.#jobs.collect(), this.#promises.collect(), this.#alarms.collect()]);
    return await this.#registry.metrics();
  }
}
