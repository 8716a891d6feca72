import type { MeasuredPromise } from '@satchel/use-cases';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';

export const PROMISE = z
  .object({
    backup_type: z.string(),
    title: z.string(),
    sentence: z.string().meta({
      examples: ['If the database died now you would lose 3 h 12 min; the last drill restored it in 41 s.'],
    }),
    backup_id: z.string().nullable().describe('The newest good backup that holds its tables.'),
    data_loss_seconds: z
      .number()
      .nullable()
      .describe('What was changed within so long would be lost now; null: everything.'),
    last_drill: z
      .object({
        job_id: z.string(),
        backup_id: z.string(),
        finished_at: TIMESTAMP,
        restore_seconds: z.number(),
      })
      .nullable()
      .describe('The last drill that has passed.'),
    drill_failed: z.boolean().describe('The last drill has failed.'),
    drill_needs_key: z
      .boolean()
      .describe(
        'No drill is made by itself: backups are encrypted, and the server has no key that opens them.',
      ),
    overdue: z.boolean().describe('A schedule has not kept its time.'),
    overdue_because: z.string().nullable(),
  })
  .meta({ id: 'MeasuredPromise' });

export function promiseData(promise: MeasuredPromise): z.input<typeof PROMISE> {
  const { lastDrill, dataLossMs } = promise;
  return {
    backup_type: promise.scopeName,
    title: promise.title,
    sentence: promise.sentence,
    backup_id: promise.backupId,
    data_loss_seconds: dataLossMs === null ? null : Math.round(dataLossMs / 1000),
    last_drill: lastDrill && {
      job_id: lastDrill.jobId,
      backup_id: lastDrill.backupId,
      finished_at: lastDrill.finishedAt.toISOString(),
      restore_seconds: lastDrill.restoreMs / 1000,
    },
    drill_failed: promise.drillFailed,
    drill_needs_key: promise.drillNeedsKey,
    overdue: promise.overdue,
    overdue_because: promise.overdueBecause,
  };
}
