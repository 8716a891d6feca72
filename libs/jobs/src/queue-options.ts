import type { Clock, JobStore } from '@satchel/domain';
import { SILENT_LOG, type JobLog } from './job-log.js';
import { JOB_TIMES, type JobTimes } from './job-times.js';

/** What every queue is made with. */
export interface QueueOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  /** Product and version, for the list of workers. */
  readonly version: string;
  /** Default: nothing is said. */
  readonly log?: JobLog | undefined;
  /** Default: `JOB_TIMES`; tests shorten some. */
  readonly times?: Partial<JobTimes> | undefined;
}

/** The options with their defaults. */
export interface QueueSetting {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly version: string;
  readonly log: JobLog;
  readonly times: JobTimes;
}

export function settingOf({ store, clock, version, log, times }: QueueOptions): QueueSetting {
  return { store, clock, version, log: log ?? SILENT_LOG, times: { ...JOB_TIMES, ...times } };
}
