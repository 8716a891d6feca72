import { setTimeout as wait } from 'node:timers/promises';
import type { TestApi } from './start-test-api.js';

/** A job as `status` answers it. */
export interface TestJob {
  readonly job_id: string;
  readonly state: string;
  readonly report: Record<string, unknown> | null;
  readonly error: { error_type: string; message: string; details: Record<string, unknown> } | null;
  readonly [member: string]: unknown;
}

/** Asks for a job until it has ended. @throws if it has not after a minute */
export async function waitForJob(api: TestApi, jobId: string): Promise<TestJob> {
  return await waitForState(api, jobId, ['success', 'failed', 'cancelled']);
}

export async function waitForState(api: TestApi, jobId: string, states: readonly string[]): Promise<TestJob> {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await wait(50)) {
    const answer = await api.call('GET', `/backup/api/status/${jobId}/`);
    const job = answer.json['data'] as TestJob;
    if (answer.status !== 200) throw new Error(answer.text);
    if (states.includes(job.state)) return job;
  }
  throw new Error(`The job ${jobId} is not ${states.join(' or ')} after a minute.`);
}

/** Asks for a job that is expected to be accepted, and waits for its end. */
export async function runJob(api: TestApi, path: string, body?: unknown): Promise<TestJob> {
  const answer = await api.call('POST', path, body === undefined ? {} : { body });
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return await waitForJob(api, (answer.json['data'] as TestJob).job_id);
}
