import type { JobRecord } from '@satchel/domain';
import type { Response } from 'express';
import { Reply } from '../http/reply.js';
import { jobData } from './job-data.js';

/** Where the state of a job is. */
export function statusAddress(jobId: string): string {
  return `/backup/api/status/${jobId}/`;
}

/** Answers a request for a job: it will be done, and there is where to look. The status is the route's own. */
export function jobAccepted(response: Response, message: string, job: JobRecord) {
  response.setHeader('Location', statusAddress(job.jobId));
  return new Reply(message, jobData(job));
}
