import { authLogin, createClient, getJobStatus, unwrap, type Client, type Job } from '@satchel/api-client';
import { until } from './until.js';

export const ADMIN = { username: 'admin', password: 'a password for journeys' };

/** Settings with which the first start makes `ADMIN`. */
export const ADMIN_ENV = { SATCHEL_ADMIN_USER: ADMIN.username, SATCHEL_ADMIN_PASSWORD: ADMIN.password };

/** Speaks to a server in the name of whoever got the token; null: of nobody. */
export function clientOf(url: string, token: string | null): Client {
  return createClient({
    baseUrl: url,
    auth: ({ scheme }) => (scheme === 'bearer' && token !== null ? token : undefined),
  });
}

/** @returns the access token of a new session */
export async function tokenOf(url: string, body: { username: string; password: string }): Promise<string> {
  const { access_token: token } = await unwrap(authLogin({ client: clientOf(url, null), body }));
  if (token === null) throw new Error('the token came as a cookie');
  return token;
}

export async function signIn(url: string, who = ADMIN): Promise<Client> {
  return clientOf(url, await tokenOf(url, who));
}

export async function jobNow(client: Client, jobId: string): Promise<Job> {
  return await unwrap(getJobStatus({ client, path: { job_id: jobId } }));
}

/** Follows a job to its end. */
export async function jobEnd(client: Client, jobId: string): Promise<Job> {
  let job = await jobNow(client, jobId);
  await until(`the job to end, which is ${job.state}`, async () => {
    job = await jobNow(client, jobId);
    return job.state !== 'pending' && job.state !== 'running';
  });
  return job;
}

/** Follows a job that was accepted to its end. @throws if it has not succeeded */
export async function done(client: Client, accepted: Promise<Job>): Promise<Job> {
  const job = await jobEnd(client, (await accepted).job_id);
  if (job.state !== 'success') throw new Error(`${job.kind} is ${job.state}: ${job.error?.message ?? ''}`);
  return job;
}
