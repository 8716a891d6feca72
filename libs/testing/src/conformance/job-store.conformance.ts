import {
  newBackupId,
  NO_ROWS,
  type BackupCatalog,
  type Claim,
  type ClaimedJob,
  type JobCommand,
  type JobError,
  type JobRecord,
  type JobStore,
  type NewJob,
  type RestorePlan,
} from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeJobHistory } from './job-history.conformance.js';
import { kindOf } from './kind-of.js';
import { BACKUP, CLEANUP, newJob, restoreOf, type JobStoreProcess } from './sample-jobs.js';
import { sampleManifest } from './sample-manifest.js';

export interface JobStoreSubject {
  /** One more process on the same tables; the subject closes it. */
  process(): JobStoreProcess;
  /** Whether a text stands anywhere in the table of jobs. */
  storesText(text: string): Promise<boolean>;
  dispose(): Promise<void>;
}

const PLAN: RestorePlan = {
  mode: 'merge',
  duplicateStrategy: 'update',
  relations: [],
  totals: { ...NO_ROWS, created: 2 },
  differences: [],
};

const ERROR: JobError = { kind: 'unavailable', message: 'The storage is full.', context: { free: 0 } };

/** What shows another process' work need not do so at once, but within seconds. */
const SOON = { timeout: 15_000 };

/**
 * What every `JobStore` must do, together with the `BackupCatalog` on the same tables; an adapter's spec calls it with a
 * way to make them.
 *
 * @param open makes empty tables of their own for each test
 */
export function describeJobStore(name: string, open: () => Promise<JobStoreSubject>): void {
  describe(`${name} keeps the contract of JobStore`, () => {
    let subject: JobStoreSubject;
    let store: JobStore;
    let catalog: BackupCatalog;

    beforeEach(async () => {
      subject = await open();
      ({ store, catalog } = subject.process());
    });
    afterEach(() => subject.dispose());

    /** Adds a job and claims it. */
    async function claimed(job: NewJob, from: JobStore = store): Promise<ClaimedJob> {
      await from.add(job, { wait: true });
      return taken(await from.claim(job.jobId, 'worker 1'));
    }

    describe('sealed keys', () => {
      const SEALED = 'k1.c2VhbGVk';
      const verification = (): NewJob =>
        newJob({ kind: 'verify', backupId: newBackupId(), sealedKeys: SEALED });

      it('reach whoever takes the job up, again and again', async () => {
        const job = verification();
        expect((await claimed(job)).command).toMatchObject({ sealedKeys: SEALED });
        await store.settle(job.jobId, { state: 'pending' });
        expect(taken(await store.claim(job.jobId, 'worker 2')).command).toMatchObject({ sealedKeys: SEALED });
      });

      it.each(['settled', 'ended by its use case', 'cancelled', 'left by a process that died'])(
        'are gone from a job that was %s',
        async how => {
          const restore = newJob({ ...restoreOf(newBackupId()), sealedKeys: SEALED });
          if (how === 'settled') {
            const job = verification();
            await claimed(job);
            expect(await subject.storesText(SEALED)).toBe(true);
            await store.settle(job.jobId, { state: 'failed', error: ERROR });
          } else if (how === 'ended by its use case') {
            await claimed(restore);
            await catalog.finishRestore(restore.jobId, PLAN, null);
          } else if (how === 'cancelled') {
            await store.add(restore);
            await store.requestCancel(restore.jobId, 'asha');
          } else {
            const other = subject.process();
            await claimed(restore, other.store);
            await other.close();
            await store.recoverDead();
          }
          expect(await subject.storesText(SEALED)).toBe(false);
        },
      );
    });

    describe('add', () => {
      it('keeps a job that waits, for other processes too', async () => {
        const job = newJob({ ...BACKUP, name: 'वार्षिक "x" 😀' });
        const expected: JobRecord = {
          jobId: job.jobId,
          kind: 'backup',
          state: 'pending',
          scopeName: 'full',
          name: 'वार्षिक "x" 😀',
          mode: null,
          backupId: job.jobId,
          file: null,
          location: null,
          requestedBy: 'asha',
          createdAt: job.createdAt,
          startedAt: null,
          finishedAt: null,
          sizeBytes: null,
          rows: null,
          digest: null,
          verifiedAt: null,
          deletedAt: null,
          safetyBackupId: null,
          progress: null,
          report: null,
          error: null,
          attempt: 0,
          cancelRequestedBy: null,
        };
        expect(await store.add(job)).toEqual(expected);
        const other = subject.process().store;
        expect(await other.get(job.jobId)).toEqual(expected);
        expect((await other.find({})).items).toEqual([expected]);
        expect(await other.pending()).toEqual([job.jobId]);
        expect(await other.commandOf(job.jobId)).toEqual(job.command);
      });

      it('knows of the backup that a job is about what the catalog knows', async () => {
        const [backupId, safetyBackupId] = [newBackupId(), newBackupId()];
        await catalog.adopt(
          '/srv',
          sampleManifest({ backupId, scopeName: 'fees', name: 'May', file: 'may.json' }),
        );
        await catalog.adopt(
          '/srv',
          sampleManifest({ backupId: safetyBackupId, scopeName: 'safety', file: 's.json' }),
        );
        const about = { backupId, scopeName: 'fees', name: 'May', file: 'may.json', location: '/srv' };
        const restore = newJob(restoreOf(backupId));
        expect(await store.add(restore)).toMatchObject({ kind: 'restore', mode: 'merge', ...about });
        expect(await store.add(newJob({ kind: 'verify', backupId }))).toMatchObject({
          kind: 'verify',
          ...about,
        });
        taken(await store.claim(restore.jobId, 'worker 1'));
        await catalog.finishRestore(restore.jobId, PLAN, safetyBackupId);
        const undo = newJob({
          kind: 'undo',
          restoreId: restore.jobId,
          overwriteEdited: false,
          safetyBackup: true,
        });
        expect(await store.add(undo)).toMatchObject({
          kind: 'undo',
          backupId: safetyBackupId,
          scopeName: 'safety',
          file: 's.json',
        });
        const upload: JobCommand = {
          ...restoreOf(backupId),
          source: { from: 'upload', uploadId: newBackupId(), name: 'old.json' },
        };
        expect(await store.add(newJob(upload), { wait: true })).toMatchObject({
          backupId: null,
          file: 'old.json',
          scopeName: null,
        });
      });

      it('refuses an id that is taken or none', async () => {
        const job = newJob();
        await store.add(job);
        expect(await kindOf(store.add(job))).toBe('conflict');
        await catalog.adopt('/srv', sampleManifest({ backupId: newBackupId() }));
        expect(await kindOf(store.add(newJob(BACKUP, { jobId: 'X' })))).toBe('validation_error');
        expect(await kindOf(store.add(newJob({ kind: 'verify', backupId: 'X' })))).toBe('validation_error');
      });

      it('refuses a second job that writes the database, and says who runs what since when', async () => {
        const first = newJob(restoreOf(newBackupId()), { requestedBy: 'ravi' });
        await store.add(first);
        const refused = await store.add(newJob(restoreOf(newBackupId()))).catch((thrown: unknown) => thrown);
        const since = first.createdAt.toISOString();
        expect(refused).toMatchObject({
          kind: 'conflict',
          message: expect.stringMatching(
            new RegExp(`restore.*ravi.*${since.slice(0, 10)} ${since.slice(11, 16)} UTC`),
          ) as unknown,
          context: { jobId: first.jobId, kind: 'restore', requestedBy: 'ravi', since },
        });
        const undo = {
          kind: 'undo',
          restoreId: newBackupId(),
          overwriteEdited: false,
          safetyBackup: true,
        } as const;
        expect(await kindOf(store.add(newJob(undo)))).toBe('conflict');
        expect(await kindOf(store.add(newJob(undo), { wait: true }))).toBe('no error');
        expect(await kindOf(store.add(newJob(BACKUP)))).toBe('no error');
        expect(await kindOf(store.add(newJob({ kind: 'verify', backupId: newBackupId() })))).toBe('no error');
      });

      it('lets the next one in once the first has ended', async () => {
        const first = newJob(restoreOf(newBackupId()));
        await claimed(first);
        expect(await kindOf(store.add(newJob(restoreOf(newBackupId()))))).toBe('conflict');
        await store.settle(first.jobId, { state: 'success', report: null });
        expect(await kindOf(store.add(newJob(restoreOf(newBackupId()))))).toBe('no error');
      });

      it.each([null, newBackupId()])(
        'counts a restore that was begun without a queue, undoing %s',
        async undoes => {
          const other = subject.process();
          const restoreId = newBackupId();
          const startedAt = new Date('2026-03-01T07:00:00Z');
          const begun = {
            restoreId,
            backupId: null,
            file: 'a.json',
            mode: 'merge',
            requestedBy: 'shell',
            startedAt,
          };
          await other.catalog.beginRestore({ ...begun, undoes });
          await expect(store.add(newJob(restoreOf(newBackupId())))).rejects.toMatchObject({
            kind: 'conflict',
            context: {
              jobId: restoreId,
              kind: undoes === null ? 'restore' : 'undo',
              requestedBy: 'shell',
              since: startedAt.toISOString(),
            },
          });
          // Once its process has died it is in nobody's way.
          await other.close();
          await expect.poll(() => kindOf(store.add(newJob(restoreOf(newBackupId())))), SOON).toBe('no error');
        },
      );

      it('lets one in of twenty who ask at once, over two processes', async () => {
        const other = subject.process().store;
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            kindOf((i % 2 === 0 ? store : other).add(newJob(restoreOf(newBackupId())))),
          ),
        );
        expect(outcomes.sort()).toEqual([...Array<string>(19).fill('conflict'), 'no error']);
        expect(await store.counts()).toEqual({ pending: 1, running: 0 });
      });
    });

    describe('claim', () => {
      it('takes a job up, with its command', async () => {
        const job = newJob();
        const { job: record, command } = await claimed(job);
        expect(command).toEqual(job.command);
        expect(record).toMatchObject({ jobId: job.jobId, state: 'running', attempt: 1 });
        expect(record.startedAt).toBeInstanceOf(Date);
        expect(await subject.process().store.get(job.jobId)).toEqual(record);
        expect(await store.counts()).toEqual({ pending: 0, running: 1 });
      });

      it('gives a job to one of twenty who ask at once, over two processes', async () => {
        const other = subject.process().store;
        const job = newJob();
        await store.add(job);
        const claims = await Promise.all(
          Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : other).claim(job.jobId, `worker ${i}`)),
        );
        expect(claims.filter(claim => typeof claim !== 'string')).toHaveLength(1);
        expect(claims.filter(claim => claim === 'gone')).toHaveLength(19);
        expect((await store.get(job.jobId))?.attempt).toBe(1);
      });

      it('is gone for what has ended, was cancelled, is being worked on, or never was', async () => {
        const [ended, cancelled, running] = [newJob(), newJob(), newJob()];
        await claimed(ended);
        await store.settle(ended.jobId, { state: 'success', report: null });
        await store.add(cancelled);
        await store.requestCancel(cancelled.jobId, 'ravi');
        // What it was to do is known still, for whoever tidies up after it.
        expect(await store.commandOf(cancelled.jobId)).toEqual(cancelled.command);
        expect(await store.commandOf(newBackupId())).toBeNull();
        await claimed(running);
        for (const id of [ended.jobId, cancelled.jobId, running.jobId, newBackupId(), 'no id', '']) {
          expect(await store.claim(id, 'worker 2')).toBe('gone');
        }
      });

      it('is busy for a job that writes while another writes, and not for others', async () => {
        const other = subject.process();
        const [first, second] = [newJob(restoreOf(newBackupId())), newJob(restoreOf(newBackupId()))];
        await claimed(first, other.store);
        await store.add(second, { wait: true });
        expect(await store.claim(second.jobId, 'worker 2')).toBe('busy');
        await claimed(newJob());
        await other.store.settle(first.jobId, { state: 'failed', error: ERROR });
        expect(taken(await store.claim(second.jobId, 'worker 2')).job.attempt).toBe(1);
      });

      it('lets one of several writers run', async () => {
        const other = subject.process().store;
        const jobs = Array.from({ length: 6 }, () => newJob(restoreOf(newBackupId())));
        for (const job of jobs) await store.add(job, { wait: true });
        const claims = await Promise.all(
          jobs.map((job, i) => (i % 2 === 0 ? store : other).claim(job.jobId, 'worker')),
        );
        expect(claims.filter(claim => typeof claim !== 'string')).toHaveLength(1);
        expect(claims.filter(claim => claim === 'busy')).toHaveLength(5);
      });
    });

    describe('beat', () => {
      const progress = {
        phase: 'writing',
        relation: 'public.student',
        rows: 12,
        bytes: 4_294_967_296,
        rowsPerSecond: 1.5,
        bytesPerSecond: null,
        secondsLeft: 3,
        at: new Date('2026-03-01T08:00:05.250Z'),
      } as const;

      it('notes how far a job is, and tells who has asked to stop it', async () => {
        const job = newJob();
        await claimed(job);
        expect(await store.beat(job.jobId, progress)).toBeNull();
        const other = subject.process().store;
        expect((await other.get(job.jobId))?.progress).toEqual(progress);
        expect((await other.requestCancel(job.jobId, 'ravi')).state).toBe('running');
        expect(await store.beat(job.jobId, null)).toBe('ravi');
        expect((await other.get(job.jobId))?.progress).toBeNull();
      });

      it('changes nothing of a job that has ended, or is not this process its own', async () => {
        const job = newJob();
        await claimed(job);
        await subject.process().store.beat(job.jobId, progress);
        expect((await store.get(job.jobId))?.progress).toBeNull();
        await catalog.finish(job.jobId, '/srv', sampleManifest({ backupId: job.jobId }));
        expect(await store.beat(job.jobId, progress)).toBeNull();
        expect((await store.get(job.jobId))?.progress).toBeNull();
        await store.settle(job.jobId, { state: 'success', report: null });
        expect(await store.beat(job.jobId, progress)).toBeNull();
        expect(await store.beat(newBackupId(), progress)).toBeNull();
        expect((await store.get(job.jobId))?.progress).toBeNull();
      });
    });

    describe('settle', () => {
      it('ends a job with its report, or with the reason', async () => {
        const [good, bad, stopped] = [newJob(CLEANUP), newJob(CLEANUP), newJob(CLEANUP)];
        for (const job of [good, bad, stopped]) await claimed(job);
        await store.settle(good.jobId, { state: 'success', report: { deleted: [1, 'a\0b'] } });
        await store.settle(bad.jobId, { state: 'failed', error: ERROR });
        await store.settle(stopped.jobId, { state: 'cancelled', error: { ...ERROR, kind: 'cancelled' } });
        const ended = { finishedAt: expect.any(Date) as unknown, progress: null };
        expect(await store.get(good.jobId)).toMatchObject({
          state: 'success',
          report: { deleted: [1, 'a\ufffdb'] },
          error: null,
          ...ended,
        });
        expect(await store.get(bad.jobId)).toMatchObject({ state: 'failed', error: ERROR, ...ended });
        expect(await store.get(stopped.jobId)).toMatchObject({ state: 'cancelled', ...ended });
        expect(await store.counts()).toEqual({ pending: 0, running: 0 });
      });

      it('adds only the report to what the use case has ended', async () => {
        const [backup, restore] = [newJob(), newJob(restoreOf(newBackupId()))];
        await claimed(backup);
        await catalog.finish(backup.jobId, '/srv', sampleManifest({ backupId: backup.jobId, sizeBytes: 7 }));
        const finished = await store.get(backup.jobId);
        await store.settle(backup.jobId, { state: 'success', report: { warnings: [] } });
        expect(await store.get(backup.jobId)).toEqual({ ...finished, report: { warnings: [] } });
        await claimed(restore);
        await catalog.failRestore(restore.jobId, 'failed', ERROR);
        const failed = await store.get(restore.jobId);
        await store.settle(restore.jobId, { state: 'failed', error: { ...ERROR, message: 'again' } });
        expect(await store.get(restore.jobId)).toEqual(failed);
        expect(failed).toMatchObject({ state: 'failed', error: ERROR });
      });

      it('shows no success without its report, as long as the process lives that will add it', async () => {
        const [backup, restore] = [newJob(), newJob(restoreOf(newBackupId()))];
        await claimed(backup);
        await claimed(restore);
        await catalog.finish(backup.jobId, '/srv', sampleManifest({ backupId: backup.jobId }));
        await catalog.finishRestore(restore.jobId, PLAN, null);
        const other = subject.process().store;
        for (const { jobId } of [backup, restore]) {
          const seen = other.get(jobId);
          await store.settle(jobId, { state: 'success', report: { whole: jobId } });
          expect(await seen).toMatchObject({ state: 'success', report: { whole: jobId } });
        }
      });

      it('hands a job back, to be taken up again', async () => {
        const job = newJob();
        await claimed(job);
        await store.settle(job.jobId, { state: 'pending' });
        const other = subject.process().store;
        expect(await other.get(job.jobId)).toMatchObject({
          state: 'pending',
          startedAt: null,
          finishedAt: null,
        });
        expect(taken(await other.claim(job.jobId, 'worker 2')).job.attempt).toBe(2);
      });

      it('ends what is handed back although somebody has asked to stop it', async () => {
        const job = newJob();
        await claimed(job);
        await store.requestCancel(job.jobId, 'ravi');
        await store.settle(job.jobId, { state: 'pending' });
        expect(await store.get(job.jobId)).toMatchObject({
          state: 'cancelled',
          cancelRequestedBy: 'ravi',
          error: { kind: 'cancelled' },
        });
      });

      it('never changes a final state, and no job of somebody else', async () => {
        const job = newJob();
        await claimed(job);
        const other = subject.process().store;
        await other.settle(job.jobId, { state: 'failed', error: ERROR });
        expect((await store.get(job.jobId))?.state).toBe('running');
        await store.settle(job.jobId, { state: 'success', report: 1 });
        const ended = await store.get(job.jobId);
        await store.settle(job.jobId, { state: 'failed', error: ERROR });
        await other.requestCancel(job.jobId, 'ravi');
        expect(await store.get(job.jobId)).toEqual(ended);
      });
    });

    describe('the catalog', () => {
      it('goes on with the record of a job that this process has claimed, once', async () => {
        const job = newJob();
        await claimed(job);
        const startedAt = new Date('2026-03-01T08:00:09.001Z');
        const backup = {
          backupId: job.jobId,
          scopeName: 'full',
          name: 'daily',
          requestedBy: 'asha',
          startedAt,
        };
        await catalog.begin(backup);
        expect(await store.get(job.jobId)).toMatchObject({
          state: 'running',
          startedAt,
          createdAt: job.createdAt,
        });
        expect(await catalog.get(job.jobId)).toMatchObject({ ...backup, state: 'running' });
        expect(await kindOf(catalog.begin(backup))).toBe('conflict');
        await catalog.finish(job.jobId, '/srv', sampleManifest({ ...backup, createdBy: 'asha' }));
        await store.settle(job.jobId, { state: 'success', report: { fine: true } });
        expect(await store.get(job.jobId)).toMatchObject({
          state: 'success',
          location: '/srv',
          sizeBytes: 1_234,
          createdAt: job.createdAt,
          report: { fine: true },
        });
      });

      it('refuses a job that another process has claimed, or nobody has', async () => {
        const [mine, waiting] = [newJob(), newJob()];
        await claimed(mine);
        await store.add(waiting);
        const other = subject.process().catalog;
        for (const { jobId } of [mine, waiting]) {
          const backup = {
            backupId: jobId,
            scopeName: 'full',
            name: null,
            requestedBy: null,
            startedAt: new Date(),
          };
          expect(await kindOf(other.begin(backup))).toBe('conflict');
        }
        expect((await store.get(waiting.jobId))?.state).toBe('pending');
        expect((await store.get(mine.jobId))?.state).toBe('running');
      });

      it('leaves it to the queue whether a backup that failed is tried again', async () => {
        const job = newJob();
        await claimed(job);
        await catalog.begin({
          backupId: job.jobId,
          scopeName: 'full',
          name: null,
          requestedBy: null,
          startedAt: new Date(),
        });
        await catalog.fail(job.jobId, 'failed', ERROR);
        await store.settle(job.jobId, { state: 'pending' });
        expect(taken(await store.claim(job.jobId, 'worker 1')).job).toMatchObject({
          attempt: 2,
          name: 'daily',
        });
        await catalog.fail(job.jobId, 'failed', ERROR);
        await store.settle(job.jobId, { state: 'failed', error: ERROR });
        expect(await store.get(job.jobId)).toMatchObject({ state: 'failed', error: ERROR });
      });

      it('goes on with a restore, and keeps what the job knows of it', async () => {
        const backupId = newBackupId();
        const job = newJob(restoreOf(backupId));
        await claimed(job);
        const startedAt = new Date('2026-03-01T08:00:09.001Z');
        await catalog.beginRestore({
          restoreId: job.jobId,
          backupId: null,
          file: 'may.json',
          mode: 'merge',
          undoes: null,
          requestedBy: 'asha',
          startedAt,
        });
        await catalog.finishRestore(job.jobId, PLAN, null);
        expect(await catalog.getRestore(job.jobId)).toMatchObject({
          state: 'success',
          backupId,
          report: PLAN,
        });
        await store.settle(job.jobId, { state: 'success', report: null });
        expect(await store.get(job.jobId)).toMatchObject({ file: 'may.json', startedAt, report: PLAN });
      });

      it('shows in history what was begun without a queue', async () => {
        const [backupId, restoreId, undoId] = [newBackupId(), newBackupId(), newBackupId()];
        const startedAt = new Date('2026-03-01T08:00:00.123Z');
        const restore = { backupId, file: 'a.json', mode: 'replace', requestedBy: 'shell', startedAt };
        await catalog.begin({ backupId, scopeName: 'full', name: null, requestedBy: 'shell', startedAt });
        await catalog.beginRestore({ ...restore, restoreId, undoes: null });
        await catalog.beginRestore({ ...restore, restoreId: undoId, undoes: restoreId });
        const begun = { state: 'running', requestedBy: 'shell', createdAt: startedAt, startedAt, attempt: 1 };
        expect(await store.get(backupId)).toMatchObject({ kind: 'backup', ...begun });
        expect(await store.get(restoreId)).toMatchObject({ kind: 'restore', backupId, ...begun });
        expect(await store.get(undoId)).toMatchObject({ kind: 'undo', ...begun });
        expect((await catalog.findRestores({})).total).toBe(2);
      });
    });

    describe('requestCancel', () => {
      it('cancels what waits at once, asks what runs, and leaves what has ended', async () => {
        const [waiting, running, ended] = [newJob(CLEANUP), newJob(CLEANUP), newJob(CLEANUP)];
        await store.add(waiting);
        await claimed(running);
        await claimed(ended);
        await store.settle(ended.jobId, { state: 'success', report: null });
        const other = subject.process().store;
        expect(await other.requestCancel(waiting.jobId, 'ravi')).toMatchObject({
          state: 'cancelled',
          cancelRequestedBy: 'ravi',
          finishedAt: expect.any(Date) as unknown,
          error: { kind: 'cancelled' },
        });
        expect(await other.requestCancel(running.jobId, 'ravi')).toMatchObject({
          state: 'running',
          cancelRequestedBy: 'ravi',
          finishedAt: null,
        });
        expect(await other.requestCancel(running.jobId, 'late')).toMatchObject({ cancelRequestedBy: 'ravi' });
        expect(await other.requestCancel(ended.jobId, 'ravi')).toMatchObject({
          state: 'success',
          cancelRequestedBy: null,
        });
        expect(await store.pending()).toEqual([]);
      });

      it('of what is not there is not_found', async () => {
        for (const id of [newBackupId(), 'no id', '']) {
          expect(await kindOf(store.requestCancel(id, 'ravi'))).toBe('not_found');
          expect(await store.get(id)).toBeNull();
        }
      });
    });

    describe('jobs of a process that has died', () => {
      it('are pending again if they may be repeated, three times in all, else failed', async () => {
        const [backup, restore] = [newJob(), newJob(restoreOf(newBackupId()))];
        const first = subject.process();
        await claimed(backup, first.store);
        await claimed(restore, first.store);
        expect(await store.recoverDead()).toEqual([]);
        await first.close();
        await expect.poll(() => store.recoverDead(), SOON).toEqual([backup.jobId]);
        expect(await store.get(backup.jobId)).toMatchObject({
          state: 'pending',
          startedAt: null,
          attempt: 1,
        });
        expect(await store.get(restore.jobId)).toMatchObject({
          state: 'failed',
          finishedAt: expect.any(Date) as unknown,
          error: { message: expect.stringContaining('ended before it was done') as unknown },
        });
        const second = subject.process();
        expect(taken(await second.store.claim(backup.jobId, 'worker 2')).job.attempt).toBe(2);
        await second.close();
        await expect.poll(() => store.recoverDead(), SOON).toEqual([backup.jobId]);
        const third = subject.process();
        expect(taken(await third.store.claim(backup.jobId, 'worker 3')).job.attempt).toBe(3);
        await third.close();
        await expect.poll(async () => (await store.get(backup.jobId))?.state, SOON).toBe('failed');
        expect(await store.recoverDead()).toEqual([]);
      });

      it('are pending again as soon as they are read, by the catalog too', async () => {
        const job = newJob();
        const other = subject.process();
        await claimed(job, other.store);
        await other.close();
        await expect.poll(async () => (await catalog.get(job.jobId))?.state, SOON).toBe('pending');
        expect(await store.recoverDead()).toEqual([job.jobId]);
        expect(await store.recoverDead()).toEqual([]);
      });

      it('are cancelled if somebody has asked to stop them', async () => {
        const job = newJob();
        const other = subject.process();
        await claimed(job, other.store);
        await store.requestCancel(job.jobId, 'ravi');
        await other.close();
        await expect.poll(async () => (await store.get(job.jobId))?.state, SOON).toBe('cancelled');
        expect(await store.recoverDead()).toEqual([]);
      });

      it('are failed if nobody would take them up again', async () => {
        const other = subject.process();
        const backupId = newBackupId();
        await other.catalog.begin({
          backupId,
          scopeName: 'full',
          name: null,
          requestedBy: null,
          startedAt: new Date(),
        });
        await other.close();
        await expect.poll(async () => (await store.get(backupId))?.state, SOON).toBe('failed');
      });
    });

    it('lists pending jobs oldest first', async () => {
      const jobs = [5, 1, 3].map(day => newJob(CLEANUP, { createdAt: new Date(Date.UTC(2026, 0, day)) }));
      for (const job of jobs) await store.add(job);
      expect(await store.pending()).toEqual([jobs[1]?.jobId, jobs[2]?.jobId, jobs[0]?.jobId]);
      expect(await store.counts()).toEqual({ pending: 3, running: 0 });
    });

    it('knows the workers that have been seen lately', async () => {
      const worker = {
        workerId: 'w-1',
        host: 'school',
        pid: 12,
        version: '1.0.0',
        concurrency: 2,
        startedAt: new Date('2026-03-01T08:00:00.123Z'),
        seenAt: new Date(),
      };
      await store.noteWorker(worker);
      await store.noteWorker({ ...worker, concurrency: 3 });
      await store.noteWorker({ ...worker, workerId: 'w-2' });
      const other = subject.process().store;
      expect(await other.workers()).toEqual([
        { ...worker, concurrency: 3, seenAt: expect.any(Date) as unknown },
        { ...worker, workerId: 'w-2', seenAt: expect.any(Date) as unknown },
      ]);
      await other.forgetWorker('w-1');
      await other.forgetWorker('w-9');
      expect((await store.workers()).map(({ workerId }) => workerId)).toEqual(['w-2']);
    });

    describeJobHistory(() => ({ store, catalog, other: () => subject.process() }));
  });
}

function taken(claim: Claim): ClaimedJob {
  if (typeof claim === 'string') throw new Error(`the claim is ${claim}`);
  return claim;
}
