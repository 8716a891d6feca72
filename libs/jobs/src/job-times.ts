/** How long a queue waits for what, in milliseconds. Tests shorten them; nothing else does. */
export interface JobTimes {
  /** Between two notes of a job's progress, each of which also asks whether the job is to be stopped. */
  readonly beatEveryMs: number;
  /** Before the second attempt, the third, …: there are as many attempts as pauses, and one more. */
  readonly repeatAfterMs: readonly number[];
  /** Before a job that has to wait for another is tried again. */
  readonly busyAgainAfterMs: number;
  /** Before the end of a job is recorded again; twice as long each time, up to ten times this. */
  readonly settleAgainAfterMs: number;
  /** Between two looks for pending jobs that nobody has told this process of, and for jobs whose process has died. */
  readonly sweepEveryMs: number;
  /** Between two signs that a worker is there; the store believes one for 30 seconds. */
  readonly heartbeatEveryMs: number;
  /** Longest wait for running jobs when the queue is closed; what runs then is found by others once this process has ended. */
  readonly closeWithinMs: number;
  /** Longest wait for Redis when a job is asked for: the whole of it stays under five seconds. */
  readonly addWithinMs: number;
}

export const JOB_TIMES: JobTimes = {
  beatEveryMs: 500,
  repeatAfterMs: [2_000, 15_000],
  busyAgainAfterMs: 1_000,
  settleAgainAfterMs: 500,
  sweepEveryMs: 3_000,
  heartbeatEveryMs: 10_000,
  closeWithinMs: 8_000,
  addWithinMs: 4_000,
};
