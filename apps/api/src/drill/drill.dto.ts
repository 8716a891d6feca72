import type { JobRecord } from '@satchel/domain';
import { isDrillReport } from '@satchel/use-cases';
import { z } from 'zod';
import { jobSummary } from '../job/job-data.js';
import { JOB_SUMMARY } from '../job/job.dto.js';
import { DRILL_REPORT } from '../job/report.dto.js';

export const DRILL = z
  .object({
    job: JOB_SUMMARY,
    report: DRILL_REPORT.nullable().describe(
      'What was proven; null of one that has failed, or has not ended.',
    ),
  })
  .meta({ id: 'Drill' });

export const NEW_DRILL = z
  .strictObject({
    backup_type: z.string().min(1).max(100).describe('One of the configured types; see `types`.'),
    backup_id: z.uuid().optional().describe('The newest good backup of the type, if none is given.'),
  })
  .meta({ id: 'NewDrill', examples: [{ backup_type: 'full' }] });
export type NewDrillBody = z.output<typeof NEW_DRILL>;

export function drillData(job: JobRecord): z.input<typeof DRILL> {
  return { job: jobSummary(job), report: isDrillReport(job.report) ? job.report : null } as z.input<
    typeof DRILL
  >;
}
