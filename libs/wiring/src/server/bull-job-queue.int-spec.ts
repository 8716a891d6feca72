import { randomUUID } from 'node:crypto';
import type { JobQueue, JobStore } from '@satchel/domain';
import { startTestRedis, type TestRedis } from '@satchel/testing';
import {
  describeJobQueue,
  enqueueOnceReachable,
  HeldHandler,
  jobInState,
  kindOf,
  newTestJob,
  type QueueSubject,
} from '@satchel/testing/conformance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeBullQueue } from './testing/bull-queue.js';
import { QueueTestDatabase, type QueueDriver } from './testing/queue-subject.js';

let database: QueueTestDatabase;
let redis: TestRedis;

beforeAll(async () => {
  [database, redis] = await Promise.all([QueueTestDatabase.create(), startTestRedis()]);
});
afterAll(async () => {
  await redis.stop();
  await database.drop();
});

function driver(): QueueDriver {
  const prefix = randomUUID();
  return {
    make: options => makeBullQueue(redis.url, prefix, options),
    childArguments: [redis.url, prefix],
  };
}

describeJobQueue('BullJobQueue', () => database.subject(driver()));

describe('BullJobQueue', () => {
  let subject: QueueSubject;
  let store: JobStore;
  let queue: JobQueue;
  let held: HeldHandler;

  beforeEach(async () => {
    subject = await database.subject(driver());
    store = subject.store;
    queue = await subject.makeQueue();
    held = new HeldHandler();
  });
  afterEach(async () => {
    await redis.start();
    held.finishAll();
    await subject.dispose();
  });

  it('runs every job although Redis forgets them, pending and running, and none of them twice', async () => {
    const worker = await subject.makeQueue();
    await worker.start(held.handle, { concurrency: 2 });
    const jobs = Array.from({ length: 6 }, () => newTestJob());
    for (const job of jobs) await queue.enqueue(job);
    await vi.waitFor(() => expect(held.running).toBe(2));
    await redis.stop();
    await redis.start();
    held.finishAll();
    for (const { jobId } of jobs)
      expect(await jobInState(store, jobId, 'success')).toMatchObject({ attempt: 1 });
    expect([...held.begun].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
    const next = await enqueueOnceReachable(queue);
    await jobInState(store, next.jobId, 'success');
  });

  it('lets jobs end while Redis is away', async () => {
    await queue.start(held.handle, { concurrency: 1 });
    const job = newTestJob();
    await queue.enqueue(job);
    await held.hasBegun(job.jobId);
    await redis.stop();
    held.finishAll();
    await jobInState(store, job.jobId, 'success');
  });

  it('refuses a job within five seconds while Redis is away, and leaves none that somebody would run later', async () => {
    await redis.stop();
    const startedMs = performance.now();
    expect(await kindOf(queue.enqueue(newTestJob()))).toBe('unavailable');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(await store.pending()).toEqual([]);
    expect(await queue.status()).toMatchObject({
      driver: 'bull',
      reachable: false,
      problem: 'Redis does not answer (ECONNREFUSED).',
    });
  });

  it('starts while Redis is away, and takes jobs once it is there', async () => {
    await redis.stop();
    const late = await subject.makeQueue();
    await late.start(held.handle, { concurrency: 1 });
    await redis.start();
    held.finishAll();
    const job = await enqueueOnceReachable(late);
    await jobInState(store, job.jobId, 'success');
  });

  it('closes within seconds while Redis is away, and hands its job back', async () => {
    await queue.start(held.handle, { concurrency: 1 });
    const job = newTestJob();
    await queue.enqueue(job);
    await held.hasBegun(job.jobId);
    await redis.stop();
    await queue.close();
    expect(await store.get(job.jobId)).toMatchObject({ state: 'pending' });
  });

  it('says which driver it is', async () => {
    expect(await queue.status()).toEqual({ driver: 'bull', reachable: true, problem: null });
  });
});
