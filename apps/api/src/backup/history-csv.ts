import type { JobRecord } from '@satchel/domain';
import type { CsvValue } from '../http/csv.js';
import type { CsvFile } from '../http/send-csv.js';
import { durationSeconds } from '../job/job-data.js';

const COLUMNS: readonly (readonly [string, (job: JobRecord) => CsvValue])[] = [
  ['job_id', job => job.jobId],
  ['kind', job => job.kind],
  ['state', job => job.state],
  ['backup_type', job => job.scopeName],
  ['backup_name', job => job.name],
  ['restore_mode', job => job.mode],
  ['backup_id', job => (job.kind === 'backup' ? job.jobId : job.backupId)],
  ['file', job => job.file],
  ['requested_by', job => job.requestedBy],
  ['created_at', job => job.createdAt],
  ['started_at', job => job.startedAt],
  ['finished_at', job => job.finishedAt],
  ['duration_seconds', durationSeconds],
  ['size_bytes', job => job.sizeBytes],
  ['rows', job => job.rows],
  ['digest', job => job.digest],
  ['verified_at', job => job.verifiedAt],
  ['deleted_at', job => job.deletedAt],
  ['error_type', job => job.error?.kind],
  ['error', job => job.error?.message],
];

/** The history, newest first, as a CSV file. @param day ISO date, for the file's name */
export function historyCsv(jobs: AsyncIterable<JobRecord>, day: string): CsvFile {
  return {
    fileName: `backup_history_${day}.csv`,
    columns: COLUMNS.map(([name]) => name),
    rows: toRows(jobs),
  };
}

async function* toRows(jobs: AsyncIterable<JobRecord>): AsyncGenerator<readonly CsvValue[], void, undefined> {
  for await (const job of jobs) yield COLUMNS.map(([, value]) => value(job));
}
