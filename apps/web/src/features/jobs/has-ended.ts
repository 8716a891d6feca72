import type { JobSummary } from '@satchel/api-client';

/** Whether a job is over, however it went. */
export function hasEnded({ state }: Pick<JobSummary, 'state'>): boolean {
  return state === 'success' || state === 'failed' || state === 'cancelled';
}
