import type { z } from 'zod';
import { OFF_SITE_COPY } from '../destination/destination.examples.js';
import { BACKUP_FILE, BACKUP_ID, STUDENTS } from '../job/job.examples.js';
import { METTE } from '../user/user.examples.js';
import type { BACKUP_DETAILS, BACKUP_TYPE } from './backup.dto.js';

export const STUDENTS_TYPE = {
  backup_type: 'students',
  title: 'Students, their fees paid and attendance',
  estimated_rows: 412,
  size_bytes: 131_072,
  tables: [{ schema: 'public', name: 'students_student', estimated_rows: 412, size_bytes: 131_072 }],
} satisfies z.input<typeof BACKUP_TYPE>;

export const STORED_BACKUP = {
  backup_id: BACKUP_ID,
  backup_type: 'full',
  backup_name: 'before the new term',
  created_at: '2026-03-01T09:14:30.000Z',
  created_by: METTE.username,
  product: 'Satchel 1.0.0',
  ...BACKUP_FILE,
  compression: 'zstd',
  encryption: null,
  started_at: '2026-03-01T09:14:30.000Z',
  finished_at: '2026-03-01T09:14:38.500Z',
  verified_at: null,
  source: {
    server: 'PostgreSQL 18.4',
    database: 'school',
    encoding: 'UTF8',
    schema_digest: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  },
  signature: { key_id: 'k-2026', algorithm: 'hmac-sha256' },
  safety_of: null,
  rows: 48_210,
  tables: [STUDENTS],
  omitted: [],
  definition: { included: true, tool: 'pg_dump (PostgreSQL) 18.4' },
  copies: [OFF_SITE_COPY],
  destinations: null,
} satisfies z.input<typeof BACKUP_DETAILS>;

const HISTORY_COLUMNS =
  'job_id,kind,state,backup_type,backup_name,restore_mode,backup_id,file,requested_by,created_at,started_at,finished_at,' +
  'duration_seconds,size_bytes,rows,digest,verified_at,deleted_at,error_type,error';

/** Begins as the file does, with a byte order mark. */
export const HISTORY_CSV =
  `\uFEFF${HISTORY_COLUMNS}\r\n` +
  `${BACKUP_ID},backup,success,full,before the new term,,${BACKUP_ID},${BACKUP_FILE.file},${METTE.username},` +
  '2026-03-01T09:14:29.000Z,2026-03-01T09:14:30.000Z,2026-03-01T09:14:38.500Z,' +
  `8.5,${BACKUP_FILE.size_bytes},48210,${BACKUP_FILE.digest},,,,\r\n`;
