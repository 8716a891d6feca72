import { z } from 'zod';
import { FLAG } from '../http/query-values.js';
import { JOB } from '../job/job.dto.js';
import { PRUNED_BACKUP } from '../job/report.dto.js';

const COUNT = z.int().min(0);

export const DELETE_QUERY = z.strictObject({
  force: FLAG.default(false).describe('Delete it although it is the newest good backup of its type.'),
});
export type DeleteQuery = z.output<typeof DELETE_QUERY>;

export const CLEANUP = z
  .strictObject({
    days: z
      .int()
      .min(0)
      .max(99_999)
      .optional()
      .describe('How many days a backup is kept; `BACKUP_RETENTION_DAYS` unless given.'),
    dry_run: z.boolean().default(true).describe('Only say what would be deleted.'),
  })
  .meta({ id: 'Cleanup', examples: [{ days: 30, dry_run: true }] });
export type CleanupBody = z.output<typeof CLEANUP>;

export const CLEANUP_PLAN = z
  .object({
    days: COUNT,
    would_delete: COUNT,
    kept: COUNT,
    freed_bytes: COUNT.describe('What would be freed.'),
    backups: z.array(PRUNED_BACKUP),
  })
  .meta({ id: 'CleanupPlan' });

/** Either member is there: the plan of a dry run, or the job that was asked for. */
export const CLEANUP_ANSWER = z
  .object({ plan: CLEANUP_PLAN.nullable(), job: JOB.nullable() })
  .meta({ id: 'CleanupAnswer' });

export const DELETED_BACKUP = z
  .object({ backup_id: z.string(), file: z.string().nullable(), freed_bytes: COUNT })
  .meta({ id: 'DeletedBackup' });
