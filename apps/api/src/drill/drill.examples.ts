import type { z } from 'zod';
import { BACKUP_FILE, BACKUP_ID, DONE_BACKUP, PENDING_BACKUP, STUDENTS } from '../job/job.examples.js';
import type { JOB } from '../job/job.dto.js';
import type { DRILL } from './drill.dto.js';

const DRILL_ID = '3d9b7a60-51c2-4e8f-a1b4-6c7d8e9f0a12';

const DRILL_JOB = { job_id: DRILL_ID, kind: 'drill', backup_name: null, requested_by: null } as const;

export const PENDING_DRILL = {
  ...PENDING_BACKUP,
  ...DRILL_JOB,
  backup_id: null,
  shell_command: 'npx backup_system drill --type=full',
} satisfies z.input<typeof JOB>;

export const PASSED_DRILL = {
  job: { ...DONE_BACKUP, ...DRILL_JOB, backup_id: BACKUP_ID, size_bytes: null, rows: null, digest: null },
  report: {
    drill_id: DRILL_ID,
    backup_id: BACKUP_ID,
    backup_type: 'full',
    backup_name: 'before the new term',
    backup_created_at: '2026-03-01T09:14:30.000Z',
    file: BACKUP_FILE.file,
    started_at: '2026-03-01T09:20:00.000Z',
    restore_seconds: 41.2,
    total_seconds: 58.9,
    rows: 48_210,
    definition_from: 'live database',
    constraints: 28,
    indexes: 73,
    proven: ['The rows of 21 tables were read back, and each is equal to the one in the backup.'],
    tables: [{ ...STUDENTS, compared: true, written: 'added' }],
    differences: [],
    left_out: [],
    warnings: [],
  },
} satisfies z.input<typeof DRILL>;

export const DRILL_PAGE = '<!doctype html>\n<html lang="en">…<h1>Restore drill: passed</h1>…</html>\n';
