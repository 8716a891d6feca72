import type { z } from 'zod';
import { METTE } from '../user/user.examples.js';
import type { ALARM, ALARM_CHANNEL_LIST, ALARM_TEST } from './alarm.dto.js';

/** A type of backup that has not been made for too long, told by e-mail. */
export const OVERDUE = {
  alarm_id: '9f1c2b3a-4d5e-4f60-8a71-b2c3d4e5f607',
  kind: 'backup_overdue',
  subject: 'full',
  title: 'Backup overdue: full',
  lines: ['The newest good backup of this type is older than it may be.'],
  facts: { backup_type: 'full' },
  open: true,
  opened_at: '2026-03-01T04:00:00.000Z',
  last_seen_at: '2026-03-01T09:14:00.000Z',
  times_seen: 315,
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: null,
  deliveries: [
    {
      delivery_id: '1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9',
      channel: 'email',
      event: 'raised',
      state: 'delivered',
      attempts: 1,
      created_at: '2026-03-01T04:00:00.000Z',
      next_attempt_at: null,
      finished_at: '2026-03-01T04:00:02.000Z',
      problem: null,
    },
  ],
} satisfies z.input<typeof ALARM>;

export const ACKNOWLEDGED = {
  ...OVERDUE,
  acknowledged_at: '2026-03-01T09:15:00.000Z',
  acknowledged_by: METTE.username,
  deliveries: [],
} satisfies z.input<typeof ALARM>;

export const CHANNELS = [
  {
    channel: 'email',
    target: 'office@school.example',
    last_delivered_at: '2026-03-01T04:00:02.000Z',
    last_problem_at: null,
    last_problem: null,
    failures: 0,
    pending: 0,
  },
] satisfies z.input<typeof ALARM_CHANNEL_LIST>;

export const TESTED = [
  { channel: 'email', target: 'office@school.example', delivered: true, problem: null },
] satisfies z.input<typeof ALARM_TEST>;
