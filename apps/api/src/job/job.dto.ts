import { ERROR_KINDS, JOB_KINDS, JOB_STATES } from '@satchel/domain';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { ID } from '../http/ids.js';
import { JOB_REPORT } from './report.dto.js';

const COUNT = z.int().min(0);

export const JOB_PROGRESS = z
  .object({
    phase: z.enum([
      'reading',
      'staging',
      'planning',
      'saving',
      'applying',
      'checking',
      'verifying',
      'writing',
    ]),
    table: z.string().nullable(),
    rows: COUNT,
    bytes: COUNT.describe('Of the archive before compression.'),
    total_rows: COUNT.nullable(),
    total_bytes: COUNT.nullable(),
    percent: z.number().min(0).max(100).nullable().describe('An estimate; null where nothing is known.'),
    rows_per_second: z.number().nullable(),
    bytes_per_second: z.number().nullable(),
    seconds_left: z.number().nullable().describe('An estimate for the phase.'),
    at: TIMESTAMP,
  })
  .meta({ id: 'JobProgress' });

export const JOB_ERROR = z
  .object({
    error_type: z.enum(ERROR_KINDS),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'JobError' });

const SUMMARY = {
  job_id: ID.describe('Of a backup: its `backup_id`; of a restore: its `restore_id`.'),
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  backup_type: z.string().nullable(),
  backup_name: z.string().nullable(),
  restore_mode: z.string().nullable(),
  backup_id: z.string().nullable().describe('The backup that is made, restored or verified.'),
  file: z.string().nullable(),
  requested_by: z.string().nullable(),
  created_at: TIMESTAMP,
  started_at: TIMESTAMP.nullable(),
  finished_at: TIMESTAMP.nullable(),
  duration_seconds: z.number().nullable(),
  size_bytes: COUNT.nullable(),
  rows: COUNT.nullable(),
  digest: z.string().nullable(),
  verified_at: TIMESTAMP.nullable(),
  deleted_at: TIMESTAMP.nullable(),
  safety_backup_id: z.string().nullable().describe('Of a restore: what an undo would put back.'),
  attempt: COUNT.describe('How many times it has been taken up.'),
  cancel_requested_by: z.string().nullable(),
  progress: JOB_PROGRESS.nullable(),
  error: JOB_ERROR.nullable(),
};

/** A job in a list. */
export const JOB_SUMMARY = z.object(SUMMARY).meta({ id: 'JobSummary' });

/** A job by itself. */
export const JOB = z
  .object({
    ...SUMMARY,
    report: JOB_REPORT.nullable().describe('What it did; null until it is done.'),
    shell_command: z.string().describe('What to run at a shell to do the same.'),
  })
  .meta({ id: 'Job' });
