import type { JobCommand } from '../job/job-command.js';
import type { JobFilter, JobPage, JobProgress, JobRecord, NewJob } from '../job/job-record.js';
import type { JobError } from '../job/job.js';

/** A job that this process has taken up. */
export interface ClaimedJob {
  readonly job: JobRecord;
  readonly command: JobCommand;
}

/**
 * - `busy`: it may run, but not now: another job, or a command at a shell, is writing to the database.
 * - `gone`: nothing to be done: it has ended, was cancelled, is being worked on, or never was.
 */
export type Claim = ClaimedJob | 'busy' | 'gone';

/** How a job ended; `pending` hands it back, to be taken up again. */
export type JobOutcome =
  | { readonly state: 'success'; readonly report: unknown }
  | { readonly state: 'failed' | 'cancelled'; readonly error: JobError }
  | { readonly state: 'pending' };

/** A process that takes jobs. */
export interface WorkerRecord {
  readonly workerId: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Jobs that it runs at the same time at most. */
  readonly concurrency: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

export interface JobCounts {
  readonly pending: number;
  readonly running: number;
}

/**
 * The jobs, as the catalog keeps them: the truth about each, whatever carries it to a worker. Any adapter guarantees:
 *
 * - One process at a time works on a job. While it does it shows a sign of life that ends with it, however it ends;
 *   `recoverDead` then finds the job.
 * - `add` of a job that writes the database is a `conflict`, which says who runs what since when, while another such job is
 *   pending or running; with `wait` it is added all the same and its claim is `busy` for that long. However many processes
 *   ask at once, one is let in.
 * - A final state never changes, but for a backup whose manifest is there after all: manifests are the truth. Records are
 *   never removed.
 * - A claimed job that may be repeated has failed only when it is settled so: what its use case tells the catalog of a failure
 *   is kept back, since it may be tried again.
 * - What this process writes, it reads at once. What others write may be missing from `find` for two seconds.
 * - Out of reach: `unavailable`.
 */
export abstract class JobStore {
  abstract add(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord>;
  abstract claim(jobId: string, workerId: string): Promise<Claim>;
  /** Notes how far a claimed job is. @returns who has asked to stop it; null if nobody has */
  abstract beat(jobId: string, progress: JobProgress | null): Promise<string | null>;
  /** Ends this process' claim. Where the use case has recorded the end itself, adds the report and changes nothing else. */
  abstract settle(jobId: string, outcome: JobOutcome): Promise<void>;
  /**
   * A pending job is cancelled at once; a running one is asked to stop; one that has ended stays as it is.
   *
   * @returns the job as it is then
   * @throws  BackupError `not_found`
   */
  abstract requestCancel(jobId: string, by: string): Promise<JobRecord>;
  /**
   * Finds running jobs whose process has died: what may be repeated is pending again (up to three attempts), the rest is
   * marked failed with the reason.
   *
   * @returns ids of jobs that are pending again
   */
  abstract recoverDead(): Promise<readonly string[]>;
  /** Ids of pending jobs, oldest first. */
  abstract pending(): Promise<readonly string[]>;
  abstract counts(): Promise<JobCounts>;
  /** A job that its use case has ended is seen when `settle` has added the report, or after half a second. */
  abstract get(jobId: string): Promise<JobRecord | null>;
  /** What a job was asked to do; null for one that is not there, and for what a command at a shell does. */
  abstract commandOf(jobId: string): Promise<JobCommand | null>;
  abstract find(
    filter: JobFilter,
    page?: JobPage,
  ): Promise<{ readonly total: number; readonly items: readonly JobRecord[] }>;
  /** All that match, newest first, as of one moment, in memory that does not grow. */
  abstract stream(filter: JobFilter, signal?: AbortSignal): AsyncIterable<JobRecord>;
  /** Shows that a worker is there; said again every few seconds. */
  abstract noteWorker(worker: WorkerRecord): Promise<void>;
  abstract forgetWorker(workerId: string): Promise<void>;
  /** Workers seen lately (30 seconds). */
  abstract workers(): Promise<readonly WorkerRecord[]>;
}
