import type { JobSummary } from '@satchel/api-client';
import type { Translate } from '../../texts/use-text.js';
import { jobSubject } from '../jobs/job-words.js';

/** The backup that a job has made, by the name that the list shows it under. */
export function toVerify(t: Translate, job: JobSummary) {
  return { backupId: job.backup_id ?? job.job_id, name: jobSubject(t, job) };
}
