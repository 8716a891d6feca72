import { createBackup, getSystemStatus, restoreBackup, unwrap, type Client } from '@satchel/api-client';
import {
  createTestDatabase,
  execute,
  holdLock,
  newestTestServer,
  sameContent,
  type HeldLock,
  type TestDatabase,
} from '@satchel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { nobodyWaits, somebodyWaits } from './lock-waits.js';
import { Installation, type Program } from './installation.js';
import { ADMIN_ENV, done, jobEnd, jobNow, signIn } from './signed-in.js';
import { until } from './until.js';

/** One server and two workers, which do one job each at a time. */
let installation: Installation;
let workers: readonly Program[] = [];
let client: Client;
let lock: HeldLock | undefined;

beforeAll(async () => {
  installation = await Installation.make({ redis: true, env: { ...ADMIN_ENV, WORKER_CONCURRENCY: '1' } });
  const server = installation.startApi();
  workers = [installation.startWorker(), installation.startWorker()];
  client = await signIn(await server.listening());
});
afterAll(() => installation?.remove());

/** In the place of workers that were killed, there are others. */
beforeEach(async () => {
  workers = workers.map(worker => (worker.runs ? worker : installation.startWorker()));
  await Promise.all(workers.map(worker => worker.logs('The worker takes jobs.')));
});
afterEach(async () => {
  await lock?.free();
  lock = undefined;
});

async function asked(): Promise<string> {
  const body = { backup_type: 'full', compression: 'none' as const };
  return (await unwrap(createBackup({ client, body }))).job_id;
}

/** The worker that has taken a job up, and the other. */
async function workersOf(jobId: string): Promise<readonly [Program, Program]> {
  const took = (worker: Program) =>
    worker.log.some(line => line.msg === 'A job was taken up.' && line.jobId === jobId);
  await until('a worker to take the job up', () => workers.some(took));
  const [at, other] = workers.toSorted((a, b) => Number(took(b)) - Number(took(a)));
  if (at === undefined || other === undefined) throw new Error('two workers are needed');
  return [at, other];
}

it('finishes the backup of a worker that was killed', async () => {
  lock = await holdLock(installation.database.url, 'LOCK TABLE students_student');
  const jobId = await asked();
  const [killed, other] = await workersOf(jobId);
  await somebodyWaits(installation.database.url);
  expect(await killed.end('SIGKILL')).toBe('SIGKILL');
  await other.logs('A job was taken up.', jobId);
  await lock.free();
  const job = await jobEnd(client, jobId);
  expect(job).toMatchObject({ state: 'success', attempt: 2, error: null });
  // An archive and its manifest, and nothing of the first attempt.
  const files = await installation.backupFiles();
  expect(files.filter(name => name.startsWith(job.file ?? '?'))).toHaveLength(2);
  expect(files.filter(name => name.startsWith('.'))).toEqual([]);
});

it('lets one restore in at a time, and says why one has failed whose worker was killed', async () => {
  const { url } = installation.database;
  const backup = await jobEnd(client, await asked());
  const damage = `
    DELETE FROM attendance_attendance WHERE id IN (SELECT id FROM attendance_attendance ORDER BY id LIMIT 7);
    UPDATE students_student SET first_name = 'Changed' WHERE id = (SELECT min(id) FROM students_student)`;
  const twin = await createTestDatabase(newestTestServer(), { template: 'school' });
  try {
    await execute(url, damage);
    await execute(twin.url, damage);
    // The row that the restore will write.
    lock = await holdLock(url, `SELECT FROM students_student WHERE first_name = 'Changed' FOR UPDATE`);
    await killedHalfWay(backup.job_id, twin);
    // And it can be done again.
    const again = await done(client, unwrap(restore(backup.job_id)));
    expect(again.report).toMatchObject({ totals: { created: 7, updated: 1, deleted: 0 } });
  } finally {
    await twin.drop();
  }
});

function restore(backupId: string) {
  return restoreBackup({ client, path: { backup_id: backupId }, body: { restore_mode: 'merge' } });
}

async function killedHalfWay(backupId: string, twin: TestDatabase): Promise<void> {
  const { url } = installation.database;
  const { job_id: jobId } = await unwrap(restore(backupId));
  const [worker] = await workersOf(jobId);
  await somebodyWaits(url);

  const second = await restore(backupId);
  expect(second.response?.status).toBe(409);
  expect(second.error).toMatchObject({
    error_type: 'conflict',
    message: expect.stringContaining('admin') as string,
  });

  await worker.end('SIGKILL');
  const job = await jobEnd(client, jobId);
  expect(job).toMatchObject({ state: 'failed', attempt: 1, progress: null });
  expect(job.error?.message).toMatch(/process that ran this restore ended before it was done.*run it again/);
  await lock?.free();
  await nobodyWaits(url);
  expect(await sameContent(url, twin.url)).toEqual([]);
}

it('does what was asked for before Redis forgot everything', async () => {
  lock = await holdLock(installation.database.url, 'LOCK TABLE students_student');
  const running = [await asked(), await asked()];
  await Promise.all(running.map(workersOf));
  const pending = await asked();
  await installation.redis?.stop();
  await until('the server to see that Redis is gone', async () => {
    const { services } = await unwrap(getSystemStatus({ client }));
    return services.some(({ name, healthy }) => name === 'queue' && !healthy);
  });
  expect((await jobNow(client, pending)).state).toBe('pending');
  await installation.redis?.start();
  await lock.free();
  for (const jobId of [...running, pending]) {
    expect(await jobEnd(client, jobId)).toMatchObject({ state: 'success', attempt: 1 });
  }
});
