import type { z } from 'zod';
import { BACKUP_FILE, BACKUP_ID, DONE_BACKUP, RUNNING_BACKUP } from '../job/job.examples.js';
import type { SYSTEM_STATUS } from './status.dto.js';

export const WORKING_SYSTEM = {
  healthy: true,
  services: [
    { name: 'database', healthy: true, message: null },
    { name: 'catalog', healthy: true, message: null },
    { name: 'storage', healthy: true, message: null },
    { name: 'queue', healthy: true, message: null },
    { name: 'workers', healthy: true, message: null },
  ],
  database: {
    reachable: true,
    server: 'PostgreSQL 18.4',
    database: 'school',
    role: 'school_owner',
    superuser: false,
    size_bytes: 52_428_800,
    definition: { included: true, tool: 'pg_dump 18.4' },
  },
  storage: {
    reachable: true,
    writable: true,
    used_bytes: 188_743_680,
    files: 30,
    free_bytes: 107_374_182_400,
    bytes_per_day: 6_291_456,
    days_until_full: 17_066,
  },
  queue: { reachable: true, driver: 'bull', pending: 0, running: 1 },
  workers: [
    {
      worker_id: 'worker-1.example:7',
      host: 'worker-1.example',
      version: '1.0.0',
      concurrency: 2,
      started_at: '2026-02-27T06:00:00.000Z',
      seen_at: '2026-03-01T09:14:31.000Z',
    },
  ],
  active_jobs: [RUNNING_BACKUP],
  recent_jobs: [DONE_BACKUP],
  newest_backups: [
    {
      backup_type: 'full',
      title: 'Everything',
      backup_id: BACKUP_ID,
      file: BACKUP_FILE.file,
      finished_at: '2026-03-01T09:14:38.500Z',
      verified_at: null,
      age_seconds: 22,
      size_bytes: BACKUP_FILE.size_bytes,
      covered: true,
    },
  ],
  days: [{ date: '2026-03-01', success: 1, failed: 0, cancelled: 0, stored_bytes: BACKUP_FILE.size_bytes }],
  retention_days: 30,
  promises: [
    {
      backup_type: 'full',
      title: 'Everything',
      sentence: 'If the database died now you would lose 30 s; the last drill restored it in 41 s.',
      backup_id: BACKUP_ID,
      data_loss_seconds: 30,
      last_drill: {
        job_id: '3d9b7a60-51c2-4e8f-a1b4-6c7d8e9f0a12',
        backup_id: BACKUP_ID,
        finished_at: '2026-02-22T04:01:00.000Z',
        restore_seconds: 41.2,
      },
      drill_failed: false,
      drill_needs_key: false,
      overdue: false,
      overdue_because: null,
    },
  ],
  alarms: { open: 0, last_delivery_problem: null },
} satisfies z.input<typeof SYSTEM_STATUS>;

export const METRICS_TEXT = [
  '# HELP satchel_jobs Jobs of the catalog.',
  '# TYPE satchel_jobs gauge',
  'satchel_jobs{kind="backup",state="success"} 41',
  '',
].join('\n');
