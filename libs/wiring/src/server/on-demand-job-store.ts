import type {
  Claim,
  JobCommand,
  JobCounts,
  JobFilter,
  JobOutcome,
  JobPage,
  JobProgress,
  JobRecord,
  NewJob,
  WorkerRecord,
} from '@satchel/domain';
import { JobStore } from '@satchel/domain';
import { once, type Make } from '../on-demand.js';

/** A store of jobs that is made when it is first asked for something, like the other ports of `on-demand.ts`. */
export class OnDemandJobStore extends JobStore {
  readonly #adapter: Make<JobStore>;

  constructor(make: Make<JobStore>) {
    super();
    this.#adapter = once(make);
  }

  async add(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord> {
    return (await this.#adapter()).add(job, options);
  }

  async claim(jobId: string, workerId: string): Promise<Claim> {
    return (await this.#adapter()).claim(jobId, workerId);
  }

  async beat(jobId: string, progress: JobProgress | null): Promise<string | null> {
    return (await this.#adapter()).beat(jobId, progress);
  }

  async settle(jobId: string, outcome: JobOutcome): Promise<void> {
    return (await this.#adapter()).settle(jobId, outcome);
  }

  async requestCancel(jobId: string, by: string): Promise<JobRecord> {
    return (await this.#adapter()).requestCancel(jobId, by);
  }

  async recoverDead(): Promise<readonly string[]> {
    return (await this.#adapter()).recoverDead();
  }

  async pending(): Promise<readonly string[]> {
    return (await this.#adapter()).pending();
  }

  async counts(): Promise<JobCounts> {
    return (await this.#adapter()).counts();
  }

  async get(jobId: string): Promise<JobRecord | null> {
    return (await this.#adapter()).get(jobId);
  }

  async commandOf(jobId: string): Promise<JobCommand | null> {
    return (await this.#adapter()).commandOf(jobId);
  }

  async find(
    filter: JobFilter,
    page?: JobPage,
  ): Promise<{ readonly total: number; readonly items: readonly JobRecord[] }> {
    return (await this.#adapter()).find(filter, page);
  }

  async *stream(filter: JobFilter, signal?: AbortSignal): AsyncGenerator<JobRecord, void, undefined> {
    yield* (await this.#adapter()).stream(filter, signal);
  }

  async noteWorker(worker: WorkerRecord): Promise<void> {
    return (await this.#adapter()).noteWorker(worker);
  }

  async forgetWorker(workerId: string): Promise<void> {
    return (await this.#adapter()).forgetWorker(workerId);
  }

  async workers(): Promise<readonly WorkerRecord[]> {
    return (await this.#adapter()).workers();
  }
}
