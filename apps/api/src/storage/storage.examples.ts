import type { z } from 'zod';
import { BACKUP_FILE, BACKUP_ID, OLD_BACKUP } from '../job/job.examples.js';
import { METTE } from '../user/user.examples.js';
import type { PIN } from './pin.dto.js';
import type { CLEANUP_PLAN, DELETED_BACKUP } from './storage.dto.js';

export const DELETED = {
  backup_id: BACKUP_ID,
  file: BACKUP_FILE.file,
  freed_bytes: BACKUP_FILE.size_bytes,
} satisfies z.input<typeof DELETED_BACKUP>;

export const PLANNED_CLEANUP = {
  days: 30,
  would_delete: 1,
  kept: 0,
  freed_bytes: OLD_BACKUP.size_bytes,
  backups: [OLD_BACKUP],
} satisfies z.input<typeof CLEANUP_PLAN>;

export const YEAR_END = {
  backup_id: BACKUP_ID,
  reason: 'year-end closing',
  pinned_by: METTE.username,
  pinned_at: '2026-03-01T09:15:00.000Z',
} satisfies z.input<typeof PIN>;
