import type { JobCommand } from '../job/job-command.js';
import type { JobRecord, NewJob } from '../job/job-record.js';
import type { OnProgress } from '../progress.js';

/** Does what a job says. @returns the job's report */
export type JobHandler = (
  job: JobRecord,
  command: JobCommand,
  options: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
) => Promise<unknown>;

export interface QueueStatus {
  /** `inline`: jobs run inside this process; `bull`: by workers, over Redis. */
  readonly driver: 'inline' | 'bull';
  readonly reachable: boolean;
  /** Why not, for a person; null if it is reachable. */
  readonly problem: string | null;
}

/**
 * Carries jobs to whoever runs them; what is true of a job stands in the `JobStore`. Any adapter guarantees:
 *
 * - A job that `enqueue` has returned is run, by one worker at a time, also if the queue's own memory is lost: pending
 *   jobs of the store are found again within seconds.
 * - Jobs start in the order they were asked for, as far as workers are free; one that has to wait for another does not
 *   hold up the rest.
 * - `cancel` of a running job aborts its signal within a second, on whatever host it runs.
 * - A handler that throws `unavailable` is tried again, three times in all, if the job may be repeated; another
 *   error is final. How a job ended is recorded even if the store is away at that moment, as soon as it is back.
 * - `close` takes no more jobs, stops the running ones, and hands back those that may be repeated.
 * - `enqueue` while the queue is out of reach is `unavailable` within five seconds, and then there is no job.
 */
export abstract class JobQueue {
  abstract enqueue(job: NewJob, options?: { readonly wait?: boolean }): Promise<JobRecord>;
  /** @throws BackupError `not_found` */
  abstract cancel(jobId: string, by: string): Promise<JobRecord>;
  /** Takes jobs from now on, `concurrency` at a time. A process that only asks for jobs never calls it. */
  abstract start(handler: JobHandler, options: { readonly concurrency: number }): Promise<void>;
  abstract status(): Promise<QueueStatus>;
  abstract close(): Promise<void>;
}
