import type { AlarmSummary } from '@satchel/domain';
import type { Answer, MeasuredPromise, NewestOfType, ServerStatusResult } from '@satchel/use-cases';
import { isCovered } from '@satchel/use-cases';
import { jobSummary } from '../job/job-data.js';
import { promiseData } from './promise.dto.js';

/** How the system is, with the contract's names and without a folder of the server. */
export function statusData(
  status: ServerStatusResult,
  promises: Answer<readonly MeasuredPromise[]>,
  now: Date,
  retentionDays: number,
) {
  const { jobs, newest, growth } = status;
  return {
    healthy: status.healthy,
    services: status.services.map(({ name, healthy, problem }) => ({ name, healthy, message: problem })),
    database: reached(status.database, database => ({
      server: database.server,
      database: database.database,
      role: database.role,
      superuser: database.superuser,
      size_bytes: database.sizeBytes,
      definition: database.definition,
    })),
    storage: storageData(status),
    queue: reached(status.queue, ({ driver }) => ({
      driver,
      pending: jobs.reachable ? jobs.value.counts.pending : null,
      running: jobs.reachable ? jobs.value.counts.running : null,
    })),
    workers: (jobs.reachable ? jobs.value.workers : []).map(worker => ({
      worker_id: worker.workerId,
      host: worker.host,
      version: worker.version,
      concurrency: worker.concurrency,
      started_at: worker.startedAt.toISOString(),
      seen_at: worker.seenAt.toISOString(),
    })),
    active_jobs: jobs.reachable ? jobs.value.active.map(jobSummary) : [],
    recent_jobs: jobs.reachable ? jobs.value.recent.map(jobSummary) : [],
    newest_backups: newest.reachable ? newest.value.map(one => newestData(one, newest.value, now)) : [],
    days: growth.reachable
      ? growth.value.days.map(({ storedBytes, ...day }) => ({ ...day, stored_bytes: storedBytes }))
      : [],
    retention_days: retentionDays,
    promises: promises.reachable ? promises.value.map(promiseData) : [],
  };
}

/** Alarms in short; null where the catalog is away. */
export function alarmsData(summary: Answer<AlarmSummary>) {
  if (!summary.reachable) return null;
  const { open, channels } = summary.value;
  // A channel that has got something through since has no problem any more.
  const [last] = channels
    .filter(
      ({ lastProblemAt, lastDeliveredAt }) =>
        lastProblemAt && !(lastDeliveredAt && lastDeliveredAt > lastProblemAt),
    )
    .toSorted((a, b) => (b.lastProblemAt?.getTime() ?? 0) - (a.lastProblemAt?.getTime() ?? 0));
  return {
    open: open.reduce((sum, { count }) => sum + count, 0),
    last_delivery_problem:
      last?.lastProblemAt && last.lastProblem !== null
        ? { channel: last.channel, at: last.lastProblemAt.toISOString(), message: last.lastProblem }
        : null,
  };
}

function storageData({ storage, used, growth, daysUntilFull }: ServerStatusResult) {
  return reached(storage, ({ writable, freeBytes }) => ({
    writable,
    used_bytes: used.reachable ? used.value.bytes : null,
    files: used.reachable ? used.value.files : null,
    free_bytes: freeBytes,
    bytes_per_day: growth.reachable ? growth.value.bytesPerDay : null,
    days_until_full: daysUntilFull,
  }));
}

function newestData(one: NewestOfType, all: readonly NewestOfType[], now: Date) {
  const { scope, record } = one;
  const finishedAt = record?.finishedAt ?? null;
  return {
    backup_type: scope.name,
    title: scope.title,
    backup_id: record?.jobId ?? null,
    file: record?.file ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    verified_at: record?.verifiedAt?.toISOString() ?? null,
    age_seconds:
      finishedAt === null ? null : Math.max(0, Math.round((now.getTime() - finishedAt.getTime()) / 1000)),
    size_bytes: record?.sizeBytes ?? null,
    covered: isCovered(all, one),
  };
}

function reached<T, D extends object>(answer: Answer<T>, describe: (value: T) => D) {
  return answer.reachable
    ? { reachable: true as const, ...describe(answer.value) }
    : { reachable: false as const, error_type: answer.kind, message: answer.problem };
}
