import type { z } from 'zod';
import { METTE } from '../user/user.examples.js';
import type { JOB, JOB_SUMMARY } from './job.dto.js';
import type { PLAN, PRUNED_BACKUP, TABLE_ROWS } from './report.dto.js';

/*
 * One invented backup and what is done with it, for the examples of the API's description.
 */

export const BACKUP_ID = '5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21';
export const RESTORE_ID = 'c0a8b1f4-6a4d-4f0e-b1de-0c8f4b7a9e53';
export const SAFETY_BACKUP_ID = '1e7d4f3a-5b1c-4d7e-9f22-8a6b3c0d5e14';

export const BACKUP_FILE = {
  file: 'before_the_new_term_20260301T091430_5f0c2a4e.json.zst',
  size_bytes: 6_291_456,
  digest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
} as const;

export const STUDENTS = {
  schema: 'public',
  name: 'students_student',
  role: 'content',
  rows: 412,
} satisfies z.input<typeof TABLE_ROWS>;

const COUNTS = { created: 12, updated: 3, unchanged: 397, skipped: 0, deleted: 0 };

export const RESTORE_PLAN = {
  mode: 'merge',
  duplicate_strategy: 'update',
  totals: COUNTS,
  tables: [{ ...COUNTS, schema: 'public', name: 'students_student', role: 'content', method: 'reconcile' }],
  differences: [
    {
      kind: 'defaulted column',
      schema: 'public',
      table: 'students_student',
      column: 'nickname',
      blocking: false,
      message: "The file lacks public.students_student.nickname: new rows get the column's default.",
    },
  ],
} satisfies z.input<z.ZodObject<typeof PLAN>>;

const PENDING = {
  job_id: BACKUP_ID,
  kind: 'backup',
  state: 'pending',
  backup_type: 'full',
  backup_name: 'before the new term',
  restore_mode: null,
  backup_id: BACKUP_ID,
  file: null,
  requested_by: METTE.username,
  created_at: '2026-03-01T09:14:29.000Z',
  started_at: null,
  finished_at: null,
  duration_seconds: null,
  size_bytes: null,
  rows: null,
  digest: null,
  verified_at: null,
  deleted_at: null,
  safety_backup_id: null,
  attempt: 0,
  cancel_requested_by: null,
  progress: null,
  error: null,
} satisfies z.input<typeof JOB_SUMMARY>;

type JobExample = z.input<typeof JOB>;

export const PENDING_BACKUP = {
  ...PENDING,
  report: null,
  shell_command: "npx backup_system create --type=full '--name=before the new term'",
} satisfies JobExample;

export const CANCELLED_BACKUP = {
  ...PENDING_BACKUP,
  state: 'cancelled',
  finished_at: '2026-03-01T09:14:40.000Z',
  cancel_requested_by: METTE.username,
  error: {
    error_type: 'cancelled',
    message: `Stopped by ${METTE.username}; nothing was changed.`,
    details: { stopped_by: METTE.username },
  },
} satisfies JobExample;

export const RUNNING_BACKUP = {
  ...PENDING,
  state: 'running',
  file: BACKUP_FILE.file,
  started_at: '2026-03-01T09:14:30.000Z',
  attempt: 1,
  progress: {
    phase: 'reading',
    table: 'public.students_student',
    rows: 12_000,
    bytes: 7_340_032,
    total_rows: 48_000,
    total_bytes: 29_360_128,
    percent: 25,
    rows_per_second: 6_000,
    bytes_per_second: 3_670_016,
    seconds_left: 6,
    at: '2026-03-01T09:14:32.000Z',
  },
} satisfies z.input<typeof JOB_SUMMARY>;

export const DONE_BACKUP = {
  ...PENDING,
  state: 'success',
  ...BACKUP_FILE,
  started_at: '2026-03-01T09:14:30.000Z',
  finished_at: '2026-03-01T09:14:38.500Z',
  duration_seconds: 8.5,
  rows: 48_210,
  attempt: 1,
} satisfies z.input<typeof JOB_SUMMARY>;

export const DONE_BACKUP_JOB = {
  ...DONE_BACKUP,
  report: {
    backup_id: BACKUP_ID,
    backup_type: 'full',
    backup_name: 'before the new term',
    ...BACKUP_FILE,
    compression: 'zstd',
    rows: 48_210,
    tables: [STUDENTS],
    omitted: [],
    warnings: [],
  },
  shell_command: PENDING_BACKUP.shell_command,
} satisfies JobExample;

export const PENDING_VERIFICATION = {
  ...PENDING_BACKUP,
  job_id: '77a2b0f1-90d4-4b0c-8f43-5d8c9b6a1e02',
  kind: 'verify',
  backup_name: null,
  file: BACKUP_FILE.file,
  shell_command: `npx backup_system verify --file=${BACKUP_FILE.file}`,
} satisfies JobExample;

export const PENDING_RESTORE = {
  ...PENDING_BACKUP,
  job_id: RESTORE_ID,
  kind: 'restore',
  backup_name: null,
  restore_mode: 'merge',
  file: BACKUP_FILE.file,
  shell_command: `npx backup_system restore --file=${BACKUP_FILE.file} --mode=merge`,
} satisfies JobExample;

export const PENDING_UPLOADED_RESTORE = {
  ...PENDING_RESTORE,
  backup_type: null,
  backup_id: null,
  file: 'school.json.zst',
  shell_command: 'npx backup_system restore --file=school.json.zst --mode=merge',
} satisfies JobExample;

export const PENDING_UNDO = {
  ...PENDING_BACKUP,
  job_id: 'e4b1c7d2-3f58-4a6c-9e0d-7b2a1f4c8d65',
  kind: 'undo',
  backup_type: null,
  backup_name: null,
  backup_id: SAFETY_BACKUP_ID,
  shell_command: 'npx backup_system undo RESTORE_ID',
} satisfies JobExample;

export const PENDING_CLEANUP = {
  ...PENDING_BACKUP,
  job_id: '2b9d6e8c-1f47-4c3a-8b70-9e5d4a2c6f38',
  kind: 'cleanup',
  backup_type: null,
  backup_name: null,
  backup_id: null,
  shell_command: 'npx backup_system cleanup --days=DAYS --confirm',
} satisfies JobExample;

export const OLD_BACKUP = {
  backup_id: '0b7e3c5d-4a18-4f9e-8c62-1d5f7a9b3e40',
  backup_type: 'full',
  file: 'full_backup_20251201T020000_0b7e3c5d.json.zst',
  finished_at: '2025-12-01T02:00:11.000Z',
  size_bytes: 5_242_880,
  outcome: 'would be deleted',
  reasons: [],
} satisfies z.input<typeof PRUNED_BACKUP>;
