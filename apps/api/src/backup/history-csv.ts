import type { JobRecord } from '@satchel/domain';
import type { CsvValue } from '../http/csv.js';
import { csvLine } from '../http/csv.js';
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

/** Spreadsheets take a file for UTF-8 only where it begins so. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Lines are put together to pieces of about this many characters: a write for each would be slow. */
const PIECE_CHARS = 32 * 1024;

/** The history as CSV. The heading goes out at once, so that whoever waits sees that it works. */
export async function* historyCsv(jobs: AsyncIterable<JobRecord>): AsyncGenerator<string, void, undefined> {
  yield BYTE_ORDER_MARK + csvLine(COLUMNS.map(([name]) => name));
  let piece = '';
  for await (const job of jobs) {
    piece += csvLine(COLUMNS.map(([, value]) => value(job)));
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
