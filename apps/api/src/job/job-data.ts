import type { JobCommand, JobError, JobProgress, JobRecord, RestorePlan } from '@satchel/domain';
import { contractDetails } from '@satchel/domain';
import { planData } from '@satchel/use-cases';
import { shellCommand } from './shell-command.js';

/** A job with the contract's names, as it stands in a list. */
export function jobSummary(job: JobRecord) {
  return {
    job_id: job.jobId,
    kind: job.kind,
    state: job.state,
    backup_type: job.scopeName,
    backup_name: job.name,
    restore_mode: job.mode,
    backup_id: job.kind === 'backup' ? job.jobId : job.backupId,
    file: job.file,
    requested_by: job.requestedBy,
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    duration_seconds: durationSeconds(job),
    size_bytes: job.sizeBytes,
    rows: job.rows,
    digest: job.digest,
    verified_at: job.verifiedAt?.toISOString() ?? null,
    deleted_at: job.deletedAt?.toISOString() ?? null,
    safety_backup_id: job.safetyBackupId,
    attempt: job.attempt,
    cancel_requested_by: job.cancelRequestedBy,
    progress: job.progress === null ? null : progressData(job.progress),
    error: job.error === null ? null : errorData(job.error),
  };
}

/** Pages that were put into the contract's names before: the store hands out the same one for as long as it is right. */
const pages = new WeakMap<readonly JobRecord[], readonly JobSummary[]>();

export type JobSummary = ReturnType<typeof jobSummary>;

/** A page of a list. */
export function jobSummaries(jobs: readonly JobRecord[]): readonly JobSummary[] {
  let summaries = pages.get(jobs);
  if (summaries === undefined) pages.set(jobs, (summaries = jobs.map(jobSummary)));
  return summaries;
}

/**
 * A job with all there is to say of it.
 *
 * @param command as it was asked for, where the store has been asked
 */
export function jobData(job: JobRecord, command: JobCommand | null = null) {
  return { ...jobSummary(job), report: reportData(job.report), shell_command: shellCommand(job, command) };
}

/** Seconds that a job took; null until it has ended. */
export function durationSeconds({ startedAt, finishedAt }: JobRecord): number | null {
  return startedAt === null || finishedAt === null
    ? null
    : Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000;
}

function progressData(progress: JobProgress) {
  return {
    phase: progress.phase,
    table: progress.relation ?? null,
    rows: progress.rows,
    bytes: progress.bytes,
    total_rows: progress.totalRows ?? null,
    total_bytes: progress.totalBytes ?? null,
    percent: percent(progress),
    rows_per_second: progress.rowsPerSecond,
    bytes_per_second: progress.bytesPerSecond,
    seconds_left: progress.secondsLeft,
    at: progress.at.toISOString(),
  };
}

/** Estimates may be too small; a job that is not done is never shown as done. */
function percent({ rows, bytes, totalRows, totalBytes }: JobProgress): number | null {
  const share =
    totalBytes !== undefined && totalBytes > 0
      ? bytes / totalBytes
      : totalRows !== undefined && totalRows > 0
        ? rows / totalRows
        : null;
  return share === null ? null : Math.min(99.9, Math.round(share * 1000) / 10);
}

function errorData({ kind, message, context }: JobError) {
  return { error_type: kind, message, details: contractDetails(context) };
}

/** A restore at a shell leaves the plan itself as its report; jobs of the server have the contract's names already. */
function reportData(report: unknown): unknown {
  return isPlan(report) ? planData(report) : (report ?? null);
}

function isPlan(report: unknown): report is RestorePlan {
  return typeof report === 'object' && report !== null && 'relations' in report && 'totals' in report;
}
