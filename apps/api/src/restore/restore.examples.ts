import type { z } from 'zod';
import { BACKUP_ID, RESTORE_PLAN, STUDENTS } from '../job/job.examples.js';
import { METTE } from '../user/user.examples.js';
import type { ANALYSIS } from './restore.dto.js';

export const UPLOAD_ID = '96c3f1d0-7e2b-4a85-b0c4-3f8d5e6a7b19';

export const ANALYZED_UPLOAD = {
  upload_id: UPLOAD_ID,
  expires_at: '2026-03-01T09:45:00.000Z',
  file: 'school.json.zst',
  size_bytes: 6_291_456,
  compression: 'zstd',
  format: 'satchel',
  origin: 'ours',
  backup: {
    backup_id: BACKUP_ID,
    backup_type: 'students',
    backup_name: null,
    created_at: '2026-03-01T09:14:30.000Z',
    created_by: METTE.username,
    product: 'Satchel 1.0.0',
    server: 'PostgreSQL 18.4',
    database: 'school',
  },
  rows: STUDENTS.rows,
  contents: [STUDENTS],
  needs: { allow_missing: false, restricted: [] },
  plan: RESTORE_PLAN,
  plan_digest: 'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  changes: [
    {
      schema: 'public',
      table: 'students_student',
      rows: [
        {
          action: 'update',
          key: { id: '17' },
          before: { first_name: 'Ane' },
          after: { first_name: 'Anne' },
        },
      ],
    },
  ],
  warnings: [],
} satisfies z.input<typeof ANALYSIS>;
