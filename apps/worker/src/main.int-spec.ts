import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JobQueue, JobStore } from '@satchel/domain';
import {
  createTestDatabase,
  holdLock,
  newestTestServer,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '@satchel/testing';
import { enqueueOnceReachable, jobInState, kindOf, newTestJob } from '@satchel/testing/conformance';
import { loadWiringConfig, ServerModule } from '@satchel/wiring';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 50 };
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Worker {
  readonly process: ChildProcess;
  /** What it has logged, a line each. */
  readonly log: () => readonly { readonly level: string; readonly msg: string; readonly jobId?: string }[];
  readonly errors: () => string;
  readonly ended: Promise<number | string | null>;
}

let cwd: string;
let running: Worker[] = [];

function startWorker(env: Readonly<Record<string, string>>): Worker {
  const child = spawn(process.execPath, [MAIN], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const worker: Worker = {
    process: child,
    log: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line) as { level: string; msg: string; jobId?: string }),
    errors: () => errors,
    ended: once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null),
  };
  running.push(worker);
  return worker;
}

async function logs(worker: Worker, words: string, jobId?: string): Promise<void> {
  await vi.waitFor(() => {
    const said = worker.log().some(line => line.msg.includes(words) && (jobId ?? line.jobId) === line.jobId);
    if (!said) throw new Error(`the worker has not said ${words}: ${worker.errors()}`);
  }, PATIENCE);
}

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'satchel-worker-'));
});
afterEach(async () => {
  for (const { process: child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  running = [];
  await rm(cwd, { recursive: true });
});

it('names every wrong and missing setting at once, and ends with 2', async () => {
  const worker = startWorker({ LOG_LEVEL: 'loud', WORKER_CONCURRENCY: 'many', DATABASE_URL: '' });
  expect(await worker.ended).toBe(2);
  expect(worker.errors()).toMatch(/3 settings are wrong: .*LOG_LEVEL/);
  expect(worker.errors()).toMatch(/WORKER_CONCURRENCY .*REDIS_URL is needed here, and not set\.\n$/);
});

describe('a worker', { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let asking: INestApplicationContext;
  let env: Record<string, string>;

  beforeAll(async () => {
    [database, redis] = await Promise.all([
      createTestDatabase(newestTestServer(), { template: 'school' }),
      startTestRedis(),
    ]);
  });
  beforeEach(async () => {
    await redis.start();
    env = { DATABASE_URL: database.url, REDIS_URL: redis.url, WORKER_CONCURRENCY: '1', LOG_LEVEL: 'debug' };
    const config = loadWiringConfig({ env, cwd });
    const server = await ServerModule.forOptions({ config, notice: () => {}, log: silent, takesJobs: false });
    asking = await NestFactory.createApplicationContext(server, { logger: false });
  });
  afterEach(() => asking.close());
  afterAll(async () => {
    await redis.stop();
    await database.drop();
  });

  async function backUp(): Promise<string> {
    const command = { kind: 'backup', scopeName: 'full', name: null, compression: 'none', jobs: 1 } as const;
    const job = await enqueueOnceReachable(asking.get(JobQueue), command);
    return job.jobId;
  }

  it('runs jobs, logs them by their id, and ends with 0 when it is told to', async () => {
    const worker = startWorker(env);
    const jobId = await backUp();
    await jobInState(asking.get(JobStore), jobId, 'success');
    await logs(worker, 'A job has succeeded.', jobId);
    expect(await asking.get(JobStore).workers()).toMatchObject([{ pid: worker.process.pid, concurrency: 1 }]);
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.errors()).toBe('');
    expect(await asking.get(JobStore).workers()).toEqual([]);
    expect(worker.log().filter(({ level }) => level === 'ERROR')).toEqual([]);
    expect(JSON.stringify(worker.log())).not.toContain(new URL(database.url).password);
  });

  it('hands its job back when it is told to end, and another worker does it', async () => {
    const lock = await holdLock(database.url, 'LOCK TABLE students_student');
    const worker = startWorker(env);
    const jobId = await backUp();
    await logs(worker, 'A job was taken up.', jobId);
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await asking.get(JobStore).get(jobId)).toMatchObject({ state: 'pending', attempt: 1 });
    await lock.free();
    startWorker(env);
    expect(await jobInState(asking.get(JobStore), jobId, 'success')).toMatchObject({ attempt: 2 });
  });

  it('ends at once at the second signal', async () => {
    const lock = await holdLock(database.url, 'LOCK TABLE students_student');
    const worker = startWorker(env);
    const jobId = await backUp();
    await logs(worker, 'A job was taken up.', jobId);
    worker.process.kill('SIGTERM');
    await logs(worker, 'The worker stops');
    worker.process.kill('SIGINT');
    expect([0, 130]).toContain(await worker.ended);
    await lock.free();
    await asking.get(JobQueue).cancel(jobId, 'the test');
  });

  it('starts without Redis, says so once, takes jobs when it is there, and ends with 0 when it is gone again', async () => {
    await redis.stop();
    const worker = startWorker(env);
    await logs(worker, 'Redis cannot be used.');
    expect(await kindOf(asking.get(JobQueue).enqueue(newTestJob()))).toBe('unavailable');
    await redis.start();
    await logs(worker, 'Redis is reachable again.');
    expect(worker.log().filter(({ msg }) => msg.startsWith('Redis cannot'))).toHaveLength(1);
    const jobId = await backUp();
    await jobInState(asking.get(JobStore), jobId, 'success');
    await redis.stop();
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });
});
