import type {
  Claim,
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

/** The store of jobs, made at the first call: a server starts, and says what is wrong, while the catalog is away. */
export class OnDemandJobStore extends JobStore {
  readonly #make: () => Promise<JobStore>;
  #made: Promise<JobStore> | undefined;

  constructor(make: () => Promise<JobStore>) {
    super();
    this.#make = make;
  }

  async add(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord> {
    return (await this.#store()).add(job, options);
  }

  async claim(jobId: string, workerId: string): Promise<Claim> {
    return (await this.#store()).claim(jobId, workerId);
  }

  async beat(jobId: string, progress: JobProgress | null): Promise<string | null> {
    return (await this.#store()).beat(jobId, progress);
  }

  async settle(jobId: string, outcome: JobOutcome): Promise<void> {
    return (await this.#store()).settle(jobId, outcome);
  }

  async requestCancel(jobId: string, by: string): Promise<JobRecord> {
    return (await this.#store()).requestCancel(jobId, by);
  }

  async recoverDead(): Promise<readonly string[]> {
    return (await this.#store()).recoverDead();
  }

  async pending(): Promise<readonly string[]> {
    return (await this.#store()).pending();
  }

  async counts(): Promise<JobCounts> {
    return (await this.#store()).counts();
  }

  async get(jobId: string): Promise<JobRecord | null> {
    return (await this.#store()).get(jobId);
  }

  async find(
    filter: JobFilter,
    page?: JobPage,
  ): Promise<{ readonly total: number; readonly items: readonly JobRecord[] }> {
    return (await this.#store()).find(filter, page);
  }

  async *stream(filter: JobFilter, signal?: AbortSignal): AsyncGenerator<JobRecord, void, undefined> {
    yield* (await this.#store()).stream(filter, signal);
  }

  async noteWorker(worker: WorkerRecord): Promise<void> {
    return (await this.#store()).noteWorker(worker);
  }

  async forgetWorker(workerId: string): Promise<void> {
    return (await this.#store()).forgetWorker(workerId);
  }

  async workers(): Promise<readonly WorkerRecord[]> {
    return (await this.#store()).workers();
  }

  /** After a failure the next call tries again. */
  #store(): Promise<JobStore> {
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }
}
