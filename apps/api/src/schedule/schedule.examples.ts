import type { z } from 'zod';
import { BACKUP_ID } from '../job/job.examples.js';
import { METTE } from '../user/user.examples.js';
import type { SCHEDULE } from './schedule.dto.js';

export const NIGHTLY = {
  schedule_id: '0b7c5d1e-2f83-4a6b-9c0d-7e1f3a5b6c84',
  name: 'nightly',
  backup_type: 'full',
  cron: '30 2 * * *',
  time_zone: 'Asia/Kolkata',
  compression: 'zstd',
  destinations: ['local', 'off-site'],
  unknown_destinations: [],
  paused: false,
  next_run_at: '2026-03-01T21:00:00.000Z',
  next_runs: [
    '2026-03-01T21:00:00.000Z',
    '2026-03-02T21:00:00.000Z',
    '2026-03-03T21:00:00.000Z',
    '2026-03-04T21:00:00.000Z',
    '2026-03-05T21:00:00.000Z',
  ],
  last_run_at: '2026-02-28T21:00:00.000Z',
  last_job_id: BACKUP_ID,
  created_by: METTE.username,
  created_at: '2026-01-12T08:00:00.000Z',
} satisfies z.input<typeof SCHEDULE>;

export const RESTING = { ...NIGHTLY, paused: true, next_run_at: null, next_runs: [] } satisfies z.input<
  typeof SCHEDULE
>;
