import {
  BackupError,
  newBackupId,
  type BackupCatalog,
  type JobFilter,
  type JobPage,
  type JobStore,
} from '@satchel/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from './kind-of.js';
import { CLEANUP, newJob, restoreOf, type JobStoreProcess } from './sample-jobs.js';
import { sampleManifest } from './sample-manifest.js';

interface HistorySubject {
  readonly store: JobStore;
  readonly catalog: BackupCatalog;
  other(): JobStoreProcess;
}

/** What `find` and `stream` of every `JobStore` must do; a part of its conformance suite. */
export function describeJobHistory(subject: () => HistorySubject): void {
  describe('history', () => {
    let store: JobStore;
    let catalog: BackupCatalog;
    beforeEach(() => ({ store, catalog } = subject()));

    /** Records a backup of a day of January 2026. @returns its id */
    async function backupOf(day: number, given: Partial<Parameters<typeof sampleManifest>[0]> = {}) {
      const backupId = newBackupId();
      const startedAt = new Date(Date.UTC(2026, 0, day));
      const finishedAt = new Date(startedAt.getTime() + 60_000);
      await catalog.adopt('/srv', sampleManifest({ backupId, startedAt, finishedAt, ...given }));
      return backupId;
    }

    async function idsOf(filter: JobFilter, page?: JobPage): Promise<string[]> {
      return (await store.find(filter, page)).items.map(({ jobId }) => jobId);
    }

    it('filters by each thing, and by several', async () => {
      const full = await backupOf(1, { createdBy: 'asha', name: 'old' });
      const fees = await backupOf(2, { scopeName: 'fees', createdBy: 'ravi' });
      const gone = await backupOf(3, { scopeName: 'fees' });
      await catalog.markVerified(fees, new Date());
      await catalog.markDeleted(gone, new Date());
      const restore = newJob(restoreOf(fees), { createdAt: new Date(Date.UTC(2026, 0, 4)) });
      await store.add(restore);
      const cleanup = newJob(CLEANUP, { createdAt: new Date(Date.UTC(2026, 0, 5)), requestedBy: null });
      await store.add(cleanup);
      await store.requestCancel(cleanup.jobId, 'asha');

      const [r, c] = [restore.jobId, cleanup.jobId];
      expect(await store.find({}, { limit: 2 })).toMatchObject({
        total: 4,
        items: [{ jobId: c }, { jobId: r }],
      });
      expect(await idsOf({})).toEqual([c, r, fees, full]);
      expect(await idsOf({ includeDeleted: true })).toEqual([c, r, gone, fees, full]);
      expect(await idsOf({ kinds: ['backup'] })).toEqual([fees, full]);
      expect(await idsOf({ kinds: ['restore', 'cleanup'] })).toEqual([c, r]);
      expect(await idsOf({ kinds: [] })).toHaveLength(4);
      expect(await idsOf({ states: ['pending', 'cancelled'] })).toEqual([c, r]);
      expect(await idsOf({ scopeName: 'fees' })).toEqual([r, fees]);
      expect(await idsOf({ scopeName: 'fees', kinds: ['backup'], includeDeleted: true })).toEqual([
        gone,
        fees,
      ]);
      expect(await idsOf({ requestedBy: 'asha' })).toEqual([r, full]);
      expect(await idsOf({ backupId: fees })).toEqual([r, fees]);
      expect(await idsOf({ backupId: "'; DROP TABLE job" })).toEqual([]);
      expect(await idsOf({ verified: true })).toEqual([fees]);
      expect(await idsOf({ verified: false })).toEqual([full]);
      const [from, to] = [new Date(Date.UTC(2026, 0, 2)), new Date(Date.UTC(2026, 0, 4))];
      expect(await idsOf({ createdFrom: from, createdTo: to })).toEqual([r, fees]);
      expect(await idsOf({ createdTo: from, states: ['success'], search: 'old' })).toEqual([full]);
      expect(await idsOf({ scopeName: "x' OR true --" })).toEqual([]);
    });

    it('sorts by each thing, what is missing as the smallest, pages either way', async () => {
      const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
      const a = await backupOf(1, {
        name: 'Beta',
        sizeBytes: 5,
        rows: 30,
        finishedAt: at(9),
        scopeName: 'b',
      });
      const b = await backupOf(2, { name: 'alpha', sizeBytes: 9_999_999_999, rows: 20, scopeName: 'c' });
      const waiting = newJob(CLEANUP, { createdAt: new Date(Date.UTC(2026, 0, 3)) });
      await store.add(waiting);
      const w = waiting.jobId;
      const expected: Record<NonNullable<JobPage['sort']>, string[]> = {
        created: [w, b, a],
        finished: [b, a, w],
        size: [b, a, w],
        rows: [a, b, w],
        duration: [a, b, w],
        name: [a, b, w],
        type: [b, a, w],
        state: [b, a, w],
      };
      for (const [sort, descending] of Object.entries(expected)) {
        const by = { sort: sort as keyof typeof expected };
        expect([sort, await idsOf({}, { ...by, order: 'desc' })]).toEqual([sort, descending]);
        expect([sort, await idsOf({}, { ...by, order: 'asc' })]).toEqual([sort, [...descending].reverse()]);
        expect(await idsOf({}, { ...by, order: 'desc', offset: 1, limit: 1 })).toEqual([descending[1]]);
      }
      expect(await store.find({}, { offset: 3 })).toEqual({ total: 3, items: [] });
    });

    it('finds by the beginnings of words of name, file, type, person and id, all of them', async () => {
      const id = await backupOf(1, {
        name: 'Final Exams.v2 वार्षिक',
        file: 'Full_backup_2026-01-01_08-00.json.gz',
        scopeName: 'full',
        createdBy: 'asha@school.example',
      });
      await backupOf(2, { name: 'holiday', file: 'x.json', scopeName: 'fees' });
      const finds = [
        'exam',
        'EXAM fin',
        'final_exams',
        'v2',
        'वार्षि',
        'full_backup_2026-01',
        '08-00.json',
        'gz',
        'asha',
        'asha@school',
        'example',
        id,
        id.slice(0, 6),
        id.slice(0, 8),
        id.slice(0, 13).toUpperCase(),
        id.slice(0, 24),
        `exam ${id.slice(0, 9)}`,
      ];
      for (const search of finds) expect([search, await idsOf({ search })]).toEqual([search, [id]]);
      const misses = ['xam', 'exam holiday', 'ackup', '2026-02', `${id}0`];
      for (const search of misses) expect([search, await idsOf({ search })]).toEqual([search, []]);
    });

    it.each([
      '',
      '  ',
      '!!!',
      '& | :*',
      "'",
      '\\',
      '<->',
      '(((',
      '\0',
      '\ud800',
      '%',
      "y' | 'z",
      '𝒳',
      'x'.repeat(9_999),
    ])('takes %j for a search', async search => {
      const id = await backupOf(1, { name: 'plain' });
      const wanted = /[\p{L}\p{N}\0\ud800]/u.test(search) ? [] : [id];
      expect(await idsOf({ search })).toEqual(wanted);
    });

    it.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { offset: -1 }, { offset: Number.NaN }])(
      'refuses %o',
      async page => {
        expect(await kindOf(store.find({}, page))).toBe('validation_error');
      },
    );

    it('shows this process its own writes at once, and those of others within seconds', async () => {
      expect((await store.find({})).total).toBe(0);
      await store.add(newJob(CLEANUP));
      expect((await store.find({})).total).toBe(1);
      await backupOf(1);
      expect((await store.find({})).total).toBe(2);
      const other = subject().other();
      await other.store.add(newJob(CLEANUP));
      await expect.poll(async () => (await store.find({})).total, { timeout: 15_000 }).toBe(3);
    });

    describe('stream', () => {
      it('gives all that matches, newest first', async () => {
        const ids: string[] = [];
        for (let day = 1; day <= 6; day++) ids.unshift(await backupOf(day));
        await catalog.markDeleted(ids[0] ?? '', new Date());
        expect(await collect(store.stream({}))).toEqual(ids.slice(1));
        expect(await collect(store.stream({ includeDeleted: true, search: 'full' }))).toEqual(ids);
        expect(await collect(store.stream({ scopeName: 'nothing' }))).toEqual([]);
      });

      it('is as of one moment', async () => {
        const ids = [await backupOf(2), await backupOf(1)];
        const seen: string[] = [];
        for await (const { jobId } of store.stream({})) {
          if (seen.length === 0) await backupOf(0);
          seen.push(jobId);
        }
        expect(seen).toEqual(ids);
      });

      it('stops when it is aborted', async () => {
        for (let day = 1; day <= 3; day++) await backupOf(day);
        const stop = new AbortController();
        stop.abort(new BackupError('cancelled', 'Enough.'));
        expect(await kindOf(collect(store.stream({}, stop.signal)))).toBe('cancelled');
        const later = new AbortController();
        const seen: string[] = [];
        const reading = (async () => {
          for await (const { jobId } of store.stream({}, later.signal)) {
            seen.push(jobId);
            later.abort(new BackupError('cancelled', 'Enough.'));
          }
        })();
        expect(await kindOf(reading)).toBe('cancelled');
        expect(seen).toHaveLength(1);
      });

      it('leaves nothing behind however it ends', async () => {
        for (let day = 1; day <= 3; day++) await backupOf(day);
        // More often than there are connections.
        for (let i = 0; i < 20; i++) {
          for await (const _ of store.stream({})) break;
          const stop = AbortSignal.abort(new BackupError('cancelled', 'Enough.'));
          await kindOf(collect(store.stream({}, stop)));
          await expect(
            (async () => {
              for await (const _ of store.stream({})) throw new Error('the reader failed');
            })(),
          ).rejects.toThrow('the reader failed');
        }
        expect((await store.find({})).total).toBe(3);
      });
    });
  });
}

async function collect(jobs: ReturnType<JobStore['stream']>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { jobId } of jobs) ids.push(jobId);
  return ids;
}
