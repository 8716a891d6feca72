import type { DrillReport, Job } from '@satchel/api-client';

/** Whether a job's report is of a drill that has passed. */
export function isDrillReport(report: Job['report']): report is DrillReport {
  return report !== null && 'drill_id' in report;
}
