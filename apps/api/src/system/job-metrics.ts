import type { JobStore } from '@satchel/domain';
import { JOB_KINDS, JOB_STATES } from '@satchel/domain';
import type { ServerStatus } from '@satchel/use-cases';
import { Watched } from '@satchel/use-cases';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';
import { durationSeconds } from '../job/job-data.js';

/** Counting every kind and state of a long history takes a moment: scrapers get numbers up to so old. */
const COUNTS = { freshMs: 10_000, staleMs: 60_000, patienceMs: 5_000 };

type Counted = readonly { readonly kind: string; readonly state: string; readonly jobs: number }[];

/**
 * What the catalog knows of jobs, as Prometheus wants it. Read from the catalog at each scrape, not counted along: jobs run
 * in other processes too, and numbers must survive a restart.
 */
export class JobMetrics {
  readonly #counts: Watched<Counted>;
  readonly #jobs: Gauge;
  readonly #lastSuccess: Gauge;
  readonly #lastDuration: Gauge;
  readonly #lastSize: Gauge;
  readonly #lastRows: Gauge;
  readonly #depth: Gauge;
  readonly #workers: Gauge;
  readonly #up: Gauge;
  readonly #used: Gauge;
  readonly #free: Gauge;

  constructor(
    registry: Registry,
    private readonly store: JobStore,
    private readonly status: ServerStatus,
  ) {
    const registers = [registry];
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name: `satchel_${name}`, help, labelNames: [...labelNames], registers });
    this.#counts = new Watched('catalog', () => this.#count(), COUNTS);
    this.#jobs = gauge('jobs', 'Jobs in the catalog, by kind and state.', ['kind', 'state']);
    this.#lastSuccess = gauge(
      'backup_last_success_timestamp_seconds',
      'When the newest good backup of a type was finished.',
      ['type'],
    );
    this.#lastDuration = gauge('backup_last_duration_seconds', 'How long it took.', ['type']);
    this.#lastSize = gauge('backup_last_size_bytes', 'How large its file is.', ['type']);
    this.#lastRows = gauge('backup_last_rows', 'How many rows it holds.', ['type']);
    this.#depth = gauge('queue_jobs', 'Jobs that wait or run.', ['state']);
    this.#workers = gauge('workers', 'Processes that take jobs.');
    this.#up = gauge('service_up', 'Whether a service works: 1 or 0.', ['service']);
    this.#used = gauge('storage_used_bytes', 'Bytes of all stored files.');
    this.#free = gauge('storage_free_bytes', 'Bytes that are left for backups.');
  }

  /** Brings the numbers up to date. What cannot be known keeps no old value, which would look like a good one. */
  async collect(): Promise<void> {
    const [counts, status] = await Promise.all([this.#counts.read(), this.status.run()]);
    for (const gauge of [this.#jobs, this.#lastSuccess, this.#lastDuration, this.#lastSize, this.#lastRows]) {
      gauge.reset();
    }
    for (const gauge of [this.#workers, this.#used, this.#free]) gauge.remove();
    this.#depth.reset();
    if (counts.reachable) {
      for (const { kind, state, jobs } of counts.value) this.#jobs.set({ kind, state }, jobs);
    }
    for (const { name, healthy } of status.services) this.#up.set({ service: name }, healthy ? 1 : 0);
    if (status.jobs.reachable) {
      const { counts: depth, workers } = status.jobs.value;
      this.#depth.set({ state: 'pending' }, depth.pending);
      this.#depth.set({ state: 'running' }, depth.running);
      this.#workers.set(workers.length);
    }
    if (status.used.reachable) this.#used.set(status.used.value.bytes);
    if (status.storage.reachable && status.storage.value.freeBytes !== null) {
      this.#free.set(status.storage.value.freeBytes);
    }
    for (const { scope, record } of status.newest.reachable ? status.newest.value : []) {
      if (record === null) continue;
      const type = { type: scope.name };
      if (record.finishedAt) this.#lastSuccess.set(type, record.finishedAt.getTime() / 1000);
      this.#lastDuration.set(type, durationSeconds(record) ?? 0);
      this.#lastSize.set(type, record.sizeBytes ?? 0);
      this.#lastRows.set(type, record.rows ?? 0);
    }
  }

  async #count(): Promise<Counted> {
    const counted = [];
    for (const kind of JOB_KINDS) {
      for (const state of JOB_STATES) {
        const { total } = await this.store.find(
          { kinds: [kind], states: [state], includeDeleted: true },
          { limit: 1 },
        );
        counted.push({ kind, state, jobs: total });
      }
    }
    return counted;
  }
}
