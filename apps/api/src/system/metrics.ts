import { Injectable } from '@nestjs/common';
import { JobStore } from '@satchel/domain';
import { ServerStatus } from '@satchel/use-cases';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { HttpMetrics } from './http-metrics.js';
import { JobMetrics } from './job-metrics.js';

/** Everything that is measured, in a registry of its own: several servers of one process do not share numbers. */
@Injectable()
export class Metrics {
  readonly #registry = new Registry();
  readonly http = new HttpMetrics(this.#registry);
  readonly #jobs: JobMetrics;

  constructor(jobs: JobStore, status: ServerStatus) {
    this.#jobs = new JobMetrics(this.#registry, jobs, status);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await this.#jobs.collect();
    return await this.#registry.metrics();
  }
}
