import { randomUUID } from 'node:crypto';
import {
  BackupError,
  type JobCommand,
  type JobHandler,
  type JobQueue,
  type JobRecord,
  type JobState,
  type JobStore,
  type NewJob,
} from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kindOf } from './kind-of.js';
import type { Child } from './run-child.js';

/** One empty store of a test, and queues on it. Whatever a queue waits for takes milliseconds. */
export interface QueueSubject {
  /** The store as a process sees it that has no queue. */
  readonly store: JobStore;
  /** A queue as another process would have it: with a connection to the store, and signs of life, of its own. */
  makeQueue(): Promise<JobQueue>;
  /** A process that runs jobs one at a time, prints the id of each that it begins, and finishes none. */
  startWorkerProcess(): Child;
  /** Cuts every connection to the store, as a restart of its server does. */
  cutConnections(): Promise<void>;
  /** Makes the store out of reach, for connections that there are too; and reachable again. */
  takeStoreAway(): Promise<void>;
  bringStoreBack(): Promise<void>;
  /** Closes the queues and the store. */
  dispose(): Promise<void>;
}

/** Nothing here is fast or slow by the clock: what does not come at all within so long will not come. */
const PATIENCE = { timeout: 60_000, interval: 20 };

const BACKUP = { kind: 'backup', scopeName: 'full', name: null, compression: 'none', jobs: 1 } as const;
const VERIFY: JobCommand = { kind: 'verify', backupId: '00000000-0000-4000-8000-000000000001' };
const RESTORE: JobCommand = {
  kind: 'restore',
  source: { from: 'backup', backupId: '00000000-0000-4000-8000-000000000001' },
  mode: 'merge',
  duplicateStrategy: 'update',
  allowMissing: false,
  fill: {},
  only: [],
  safetyBackup: true,
  agreedPlan: null,
};

let asked = 0;

/** A job that was asked for a moment after the one before it. */
export function newTestJob(command: JobCommand = BACKUP, requestedBy: string | null = 'asha'): NewJob {
  asked += 1;
  return {
    jobId: randomUUID(),
    command,
    requestedBy,
    createdAt: new Date(Date.UTC(2026, 2, 1) + asked * 10),
  };
}

/** Asks until the queue takes a job; a new one each time, since one that was refused may be on record as such. */
export async function enqueueOnceReachable(queue: JobQueue, command?: JobCommand): Promise<JobRecord> {
  return vi.waitFor(() => queue.enqueue(newTestJob(command)), PATIENCE);
}

/** Waits until a job is in one of the given states. @returns its record */
export async function jobInState(store: JobStore, jobId: string, ...states: JobState[]): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await store.get(jobId);
    if (record === null || !states.includes(record.state)) {
      throw new Error(`the job is ${record?.state ?? 'not there'}, not ${states.join(' or ')}`);
    }
    return record;
  }, PATIENCE);
}

/** A handler that ends when it is told to, and notes what it has begun. */
export class HeldHandler {
  /** Ids of jobs in the order in which they were begun. */
  readonly begun: string[] = [];
  running = 0;
  mostRunning = 0;
  readonly #open = new Map<string, () => void>();
  #allOpen = false;

  readonly handle: JobHandler = async ({ jobId }, _command, { signal }) => {
    this.begun.push(jobId);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      await new Promise<void>((resolve, reject) => {
        if (this.#allOpen) resolve();
        this.#open.set(jobId, resolve);
        const stop = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
      });
      return { done: jobId };
    } finally {
      this.running -= 1;
    }
  };

  /** Waits until a job has been begun, so many times in all. */
  async hasBegun(jobId: string, times = 1): Promise<void> {
    await vi.waitFor(() => {
      const begun = this.begun.filter(id => id === jobId).length;
      if (begun < times) throw new Error(`the job has been begun ${begun} times, not ${times}`);
    }, PATIENCE);
  }

  finish(jobId: string): void {
    this.#open.get(jobId)?.();
  }

  /** From now on every job ends as soon as it has begun. */
  finishAll(): void {
    this.#allOpen = true;
    for (const open of this.#open.values()) open();
  }
}

/**
 * What every `JobQueue` must do; an adapter's spec calls it with a way to make an empty one.
 *
 * @param open makes a store and queues of its own for each test
 */
export function describeJobQueue(name: string, open: () => Promise<QueueSubject>): void {
  describe(`${name} keeps the contract of JobQueue`, { timeout: 120_000 }, () => {
    let subject: QueueSubject;
    let store: JobStore;
    let queue: JobQueue;
    let held: HeldHandler;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
      queue = await subject.makeQueue();
      held = new HeldHandler();
    });
    afterEach(async () => {
      held.finishAll();
      await subject.dispose();
    });

    const inState = (jobId: string, ...states: JobState[]): Promise<JobRecord> =>
      jobInState(store, jobId, ...states);

    it('runs a job with what it was asked for, and keeps its report', async () => {
      const seen: unknown[] = [];
      await queue.start(
        async (job, command) => {
          seen.push(job.jobId, job.requestedBy, job.state, job.attempt, command);
          return { rows: 3 };
        },
        { concurrency: 1 },
      );
      const job = newTestJob({ ...BACKUP, scopeName: 'students' });
      expect(await queue.enqueue(job)).toMatchObject({ jobId: job.jobId, state: 'pending', attempt: 0 });
      expect(await inState(job.jobId, 'success')).toMatchObject({
        report: { rows: 3 },
        error: null,
        attempt: 1,
      });
      expect(seen).toEqual([job.jobId, 'asha', 'running', 1, job.command]);
    });

    it('runs what was asked for before it was started', async () => {
      const job = newTestJob();
      await queue.enqueue(job);
      await queue.start(held.handle, { concurrency: 1 });
      held.finishAll();
      await inState(job.jobId, 'success');
    });

    it('shows progress through the store, with rates', async () => {
      let rows = 0;
      let stop = false;
      await queue.start(
        async (_job, _command, { onProgress }) => {
          while (!stop) {
            rows += 100;
            onProgress({
              phase: 'reading',
              relation: 'student',
              rows,
              bytes: rows * 10,
              totalRows: 1_000_000,
            });
            await new Promise(resolve => setTimeout(resolve, 5));
          }
        },
        { concurrency: 1 },
      );
      const job = newTestJob();
      await queue.enqueue(job);
      const progress = await vi.waitFor(async () => {
        const record = await store.get(job.jobId);
        expect(record?.progress?.rowsPerSecond).toBeGreaterThan(0);
        return record?.progress;
      }, PATIENCE);
      expect(progress).toMatchObject({ phase: 'reading', relation: 'student', totalRows: 1_000_000 });
      expect(progress?.secondsLeft).toBeGreaterThan(0);
      stop = true;
      await inState(job.jobId, 'success');
    });

    it('begins jobs in the order in which they were asked for', async () => {
      const jobs = Array.from({ length: 8 }, () => newTestJob());
      for (const job of jobs.slice(0, 4)) await queue.enqueue(job);
      held.finishAll();
      await queue.start(held.handle, { concurrency: 1 });
      for (const job of jobs.slice(4)) await queue.enqueue(job);
      for (const { jobId } of jobs) await inState(jobId, 'success');
      expect(held.begun).toEqual(jobs.map(({ jobId }) => jobId));
    });

    it('runs as many at once as it was told to, and no more', async () => {
      await queue.start(held.handle, { concurrency: 3 });
      const jobs = Array.from({ length: 7 }, () => newTestJob());
      for (const job of jobs) await queue.enqueue(job);
      await vi.waitFor(() => expect(held.running).toBe(3), PATIENCE);
      held.finishAll();
      for (const { jobId } of jobs) await inState(jobId, 'success');
      expect(held.mostRunning).toBe(3);
    });

    describe('when a job is cancelled', () => {
      it('does not begin it, if it was pending', async () => {
        const job = newTestJob();
        const other = newTestJob();
        await queue.enqueue(job);
        await queue.enqueue(other);
        expect(await queue.cancel(job.jobId, 'meera')).toMatchObject({ state: 'cancelled' });
        held.finishAll();
        await queue.start(held.handle, { concurrency: 2 });
        await inState(other.jobId, 'success');
        expect(held.begun).toEqual([other.jobId]);
        expect(await store.get(job.jobId)).toMatchObject({ state: 'cancelled', cancelRequestedBy: 'meera' });
      });

      it.each([
        ['backup', BACKUP],
        ['restore', RESTORE],
      ])('stops a running %s, whichever process asks, and says who did', async (_, command) => {
        const elsewhere = await subject.makeQueue();
        await queue.start(held.handle, { concurrency: 1 });
        const job = newTestJob(command);
        await queue.enqueue(job);
        await held.hasBegun(job.jobId);
        await elsewhere.cancel(job.jobId, 'meera');
        const record = await inState(job.jobId, 'cancelled');
        expect(record.error).toMatchObject({ kind: 'cancelled', message: expect.stringContaining('meera') });
        expect(held.running).toBe(0);
      });

      it('leaves it as it is, if it has ended; and knows what it does not know', async () => {
        await queue.start(async () => 'done', { concurrency: 1 });
        const job = newTestJob();
        await queue.enqueue(job);
        await inState(job.jobId, 'success');
        expect(await queue.cancel(job.jobId, 'meera')).toMatchObject({ state: 'success' });
        expect(await kindOf(queue.cancel(randomUUID(), 'meera'))).toBe('not_found');
      });
    });

    describe('when a job fails', () => {
      it.each(['invalid_backup', 'restore_failed', 'conflict', 'system_error'] as const)(
        'records an error of kind %s, once and for all',
        async kind => {
          let runs = 0;
          await queue.start(
            async () => {
              runs += 1;
              throw new BackupError(kind, 'It is broken.', { table: 'student', folder: '/srv/backups' });
            },
            { concurrency: 1 },
          );
          const job = newTestJob();
          await queue.enqueue(job);
          const { error } = await inState(job.jobId, 'failed');
          expect(error).toEqual({ kind, message: 'It is broken.', context: { table: 'student' } });
          expect(runs).toBe(1);
        },
      );

      it('records that something unforeseen happened, without repeating what', async () => {
        await queue.start(
          async () => {
            throw new Error('/srv/secret is gone');
          },
          { concurrency: 1 },
        );
        const job = newTestJob();
        await queue.enqueue(job);
        const { error } = await inState(job.jobId, 'failed');
        expect(error?.kind).toBe('system_error');
        expect(JSON.stringify(error)).not.toContain('/srv');
      });

      const away = new BackupError('unavailable', 'The database is away.');

      it('tries a backup again when what it needs was away', async () => {
        const attempts: number[] = [];
        await queue.start(
          async job => {
            attempts.push(job.attempt);
            if (attempts.length < 3) throw away;
            return 'at last';
          },
          { concurrency: 1 },
        );
        const job = newTestJob();
        await queue.enqueue(job);
        expect(await inState(job.jobId, 'success')).toMatchObject({ report: 'at last', error: null });
        expect(attempts).toEqual([1, 2, 3]);
      });

      it('gives a backup up after three attempts', async () => {
        let runs = 0;
        await queue.start(
          async () => {
            runs += 1;
            throw away;
          },
          { concurrency: 1 },
        );
        const job = newTestJob();
        await queue.enqueue(job);
        expect(await inState(job.jobId, 'failed')).toMatchObject({ error: { kind: 'unavailable' } });
        expect(runs).toBe(3);
      });

      it('never does a restore twice', async () => {
        let runs = 0;
        await queue.start(
          async () => {
            runs += 1;
            throw away;
          },
          { concurrency: 1 },
        );
        const job = newTestJob(RESTORE);
        await queue.enqueue(job);
        expect(await inState(job.jobId, 'failed')).toMatchObject({ error: { kind: 'unavailable' } });
        expect(runs).toBe(1);
      });
    });

    describe('with jobs that write', () => {
      it('refuses a second one, and says who runs what; unless it may wait', async () => {
        await queue.start(held.handle, { concurrency: 3 });
        const first = newTestJob(RESTORE, 'asha');
        await queue.enqueue(first);
        await held.hasBegun(first.jobId);
        const refused = queue.enqueue(newTestJob(RESTORE, 'meera'));
        await expect(refused).rejects.toMatchObject({
          kind: 'conflict',
          message: expect.stringContaining('asha'),
        });
        const waiting = newTestJob(RESTORE, 'meera');
        await queue.enqueue(waiting, { wait: true });
        const other = newTestJob(VERIFY);
        await queue.enqueue(other);
        // The one that waits has been passed over by the time that one which came later has begun.
        await held.hasBegun(other.jobId);
        expect(held.begun).toEqual([first.jobId, other.jobId]);
        held.finish(first.jobId);
        await held.hasBegun(waiting.jobId);
        expect(await store.get(first.jobId)).toMatchObject({ state: 'success' });
        held.finishAll();
        await inState(waiting.jobId, 'success');
      });

      it('runs those that wait one after the other', async () => {
        await queue.start(held.handle, { concurrency: 4 });
        const jobs = Array.from({ length: 4 }, () => newTestJob(RESTORE));
        for (const job of jobs) await queue.enqueue(job, { wait: true });
        held.finishAll();
        for (const { jobId } of jobs) await inState(jobId, 'success');
        expect(held.mostRunning).toBe(1);
        expect([...held.begun].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
      });
    });

    describe('with several processes', () => {
      it('runs each of 50 jobs once', async () => {
        held.finishAll();
        const other = await subject.makeQueue();
        await queue.start(held.handle, { concurrency: 4 });
        await other.start(held.handle, { concurrency: 4 });
        const jobs = Array.from({ length: 50 }, () => newTestJob());
        for (const [index, job] of jobs.entries()) await (index % 2 === 0 ? queue : other).enqueue(job);
        for (const { jobId } of jobs) expect(await inState(jobId, 'success')).toMatchObject({ attempt: 1 });
        expect([...held.begun].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
      });

      it('hands a backup back when it is closed, for another to take up, and says that a restore was stopped', async () => {
        await queue.start(held.handle, { concurrency: 3 });
        const backup = newTestJob();
        const restore = newTestJob(RESTORE);
        for (const job of [backup, restore]) await queue.enqueue(job);
        for (const job of [backup, restore]) await held.hasBegun(job.jobId);
        await queue.close();
        expect(held.running).toBe(0);
        expect(await store.get(restore.jobId)).toMatchObject({
          state: 'failed',
          error: { message: expect.stringContaining('was shut down; nothing was changed') },
        });
        expect(await store.get(backup.jobId)).toMatchObject({ state: 'pending' });
        expect(await kindOf(queue.enqueue(newTestJob()))).toBe('unavailable');

        const other = await subject.makeQueue();
        held.finishAll();
        await other.start(held.handle, { concurrency: 1 });
        await inState(backup.jobId, 'success');
        expect(await store.workers()).toHaveLength(1);
      });

      it('takes up the backup of a process that was killed, and says that its restore was not done', async () => {
        const first = subject.startWorkerProcess();
        const second = subject.startWorkerProcess();
        const backup = newTestJob();
        const restore = newTestJob(RESTORE);
        await queue.enqueue(backup);
        await queue.enqueue(restore);
        const begun = await Promise.all([first.nextLine(), second.nextLine()]);
        expect([...begun].sort()).toEqual([backup.jobId, restore.jobId].sort());
        await Promise.all([first.kill(), second.kill()]);

        held.finishAll();
        await queue.start(held.handle, { concurrency: 2 });
        expect(await inState(backup.jobId, 'success')).toMatchObject({ attempt: 2 });
        const { error } = await inState(restore.jobId, 'failed');
        expect(error?.message).toContain('ended before it was done');
        expect(held.begun).toEqual([backup.jobId]);
        await queue.enqueue(newTestJob(RESTORE));
      });
    });

    describe('when the store is away for a while', () => {
      it.each([
        ['backup', BACKUP],
        ['restore', RESTORE],
      ])('ends a %s rightly whose process has lost its connections', async (_, command) => {
        await queue.start(held.handle, { concurrency: 2 });
        const job = newTestJob(command);
        await queue.enqueue(job);
        await held.hasBegun(job.jobId);
        await subject.cutConnections();
        await vi.waitFor(async () => expect(await kindOf(store.counts())).toBe('no error'), PATIENCE);
        held.finishAll();
        const { state, error } = await inState(job.jobId, 'success', 'failed');
        // Another process may have thought it dead; a backup is made again then, and a restore is undone and says so.
        if (command.kind === 'backup') expect(state).toBe('success');
        else expect(error === null || error.message.includes('ended before')).toBe(true);
        await vi.waitFor(() => expect(held.running).toBe(0), PATIENCE);
        const next = newTestJob(command);
        await queue.enqueue(next);
        await inState(next.jobId, 'success');
      });

      it('records the end of a job once the store is back', async () => {
        await queue.start(held.handle, { concurrency: 1 });
        const job = newTestJob(RESTORE);
        await queue.enqueue(job);
        await held.hasBegun(job.jobId);
        await subject.takeStoreAway();
        try {
          expect(await kindOf(store.counts())).toBe('unavailable');
          held.finishAll();
          await vi.waitFor(() => expect(held.running).toBe(0), PATIENCE);
          expect(await kindOf(queue.enqueue(newTestJob()))).toBe('unavailable');
        } finally {
          await subject.bringStoreBack();
        }
        const { state, error } = await inState(job.jobId, 'success', 'failed');
        expect(state === 'success' || error?.message.includes('ended before')).toBe(true);
        const next = await enqueueOnceReachable(queue);
        await inState(next.jobId, 'success');
      });
    });

    it('shows which workers there are', async () => {
      await queue.start(held.handle, { concurrency: 3 });
      await vi.waitFor(async () => expect(await store.workers()).toHaveLength(1), PATIENCE);
      expect(await store.workers()).toMatchObject([{ pid: process.pid, concurrency: 3, version: 'test' }]);
      await queue.close();
      expect(await store.workers()).toEqual([]);
    });

    it('says that it is reachable', async () => {
      expect(await queue.status()).toMatchObject({ reachable: true, problem: null });
    });
  });
}
