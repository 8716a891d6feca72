import {
  newBackupId,
  NO_ROWS,
  type BackupCatalog,
  type BackupFilter,
  type NewBackup,
  type NewRestore,
  type RestorePlan,
} from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from './kind-of.js';
import { sampleManifest } from './sample-manifest.js';

/** One empty catalog of a test. */
export interface CatalogSubject {
  readonly catalog: BackupCatalog;
  /** The same catalog once more, as another process has it; the test closes it. */
  another(): Promise<BackupCatalog>;
  dispose(): Promise<void>;
}

const PLAN: RestorePlan = {
  mode: 'merge',
  duplicateStrategy: 'update',
  relations: [
    {
      schema: 'public',
      name: 'subjects_subject',
      role: 'content',
      method: 'reconcile',
      ...NO_ROWS,
      created: 2,
    },
  ],
  totals: { ...NO_ROWS, created: 2 },
  differences: [],
};

/** Sizes beyond 32 bits, and the largest that a number holds exactly. */
const SIZES = [0, 4_294_967_296, Number.MAX_SAFE_INTEGER];

/**
 * What every `BackupCatalog` must do; an adapter's spec calls it with a way to make one.
 *
 * @param open makes an empty catalog of its own for each test
 */
export function describeBackupCatalog(name: string, open: () => Promise<CatalogSubject>): void {
  describe(`${name} keeps the contract of BackupCatalog`, () => {
    let subject: CatalogSubject;
    let catalog: BackupCatalog;

    beforeEach(async () => {
      subject = await open();
      catalog = subject.catalog;
    });
    afterEach(() => subject.dispose());

    describe('a backup', () => {
      it('is running from its begin, for other processes too', async () => {
        const backup = newBackup({ name: 'वार्षिक "backup" \\ 😀', requestedBy: 'asha' });
        await catalog.begin(backup);
        const expected = {
          ...backup,
          state: 'running',
          location: null,
          file: null,
          finishedAt: null,
          sizeBytes: null,
          rows: null,
          digest: null,
          verifiedAt: null,
          deletedAt: null,
          error: null,
        };
        expect(await catalog.get(backup.backupId)).toEqual(expected);
        const other = await subject.another();
        expect(await other.get(backup.backupId)).toEqual(expected);
        expect((await other.find({})).items).toEqual([expected]);
        await other.close();
      });

      it.each(SIZES)('is what its manifest says once finished, with %i bytes and rows', async size => {
        const backup = newBackup({ name: 'daily' });
        await catalog.begin(backup);
        const manifest = sampleManifest({ ...backup, sizeBytes: size, rows: size, createdBy: 'asha' });
        await catalog.finish(backup.backupId, '/srv/backups', manifest);
        expect(await catalog.get(backup.backupId)).toEqual({
          backupId: backup.backupId,
          scopeName: 'full',
          name: 'daily',
          state: 'success',
          location: '/srv/backups',
          file: manifest.stored.file,
          requestedBy: 'asha',
          startedAt: backup.startedAt,
          finishedAt: new Date(manifest.finishedAt),
          sizeBytes: size,
          rows: size,
          digest: manifest.stored.digest,
          verifiedAt: null,
          deletedAt: null,
          error: null,
        });
      });

      it('may be finished though the catalog was not there at its begin', async () => {
        const backupId = newBackupId();
        await catalog.finish(backupId, '/srv/backups', sampleManifest({ backupId }));
        expect((await catalog.get(backupId))?.state).toBe('success');
      });

      it.each(['failed', 'cancelled'] as const)('can be %s, with the reason', async state => {
        const backup = newBackup();
        await catalog.begin(backup);
        const error = {
          kind: 'unavailable' as const,
          message: 'No space is left; "quoted" 😀',
          context: { setting: 'BACKUP_DIR', bytes: 12, nested: { table: 'a.b' } },
        };
        await catalog.fail(backup.backupId, state, error);
        expect(await catalog.get(backup.backupId)).toMatchObject({
          state,
          error,
          finishedAt: expect.any(Date) as unknown,
        });
      });

      it('keeps a reason with characters that a database may refuse', async () => {
        const backup = newBackup();
        await catalog.begin(backup);
        const context = { 'a\0b': ['\0', { value: '\udc00' }] };
        await catalog.fail(backup.backupId, 'failed', {
          kind: 'system_error',
          message: 'x\0y\ud800',
          context,
        });
        expect((await catalog.get(backup.backupId))?.error).toEqual({
          kind: 'system_error',
          message: 'x\ufffdy\ufffd',
          context: { 'a\ufffdb': ['\ufffd', { value: '\ufffd' }] },
        });
      });

      it('that has succeeded cannot fail any more', async () => {
        const backupId = newBackupId();
        await catalog.adopt('/srv', sampleManifest({ backupId }));
        const error = { kind: 'system_error' as const, message: 'late', context: {} };
        expect(await kindOf(catalog.fail(backupId, 'failed', error))).toBe('conflict');
        expect((await catalog.get(backupId))?.state).toBe('success');
      });

      it('that was thought dead is a success once its manifest says so', async () => {
        const backup = newBackup();
        await catalog.begin(backup);
        await catalog.fail(backup.backupId, 'failed', { kind: 'system_error', message: 'dead', context: {} });
        await catalog.finish(backup.backupId, '/srv', sampleManifest(backup));
        expect(await catalog.get(backup.backupId)).toMatchObject({ state: 'success', error: null });
      });

      it('begins once', async () => {
        const backup = newBackup();
        await catalog.begin(backup);
        expect(await kindOf(catalog.begin(backup))).toBe('conflict');
        const other = await subject.another();
        expect(await kindOf(other.begin(backup))).toBe('conflict');
        await other.close();
        await catalog.finish(backup.backupId, '/srv', sampleManifest(backup));
        expect(await kindOf(catalog.begin(backup))).toBe('conflict');
        expect((await catalog.get(backup.backupId))?.state).toBe('success');
      });

      it('is failed once the catalog that began it has been closed without an end', async () => {
        const other = await subject.another();
        const [left, kept] = [newBackup(), newBackup()];
        await other.begin(left);
        await catalog.begin(kept);
        await other.close();
        await expect
          .poll(async () => (await catalog.get(left.backupId))?.state, { timeout: 10_000 })
          .toBe('failed');
        expect(await catalog.get(left.backupId)).toMatchObject({
          finishedAt: expect.any(Date) as unknown,
          error: { message: expect.stringContaining('ended before it was done') as unknown },
        });
        expect((await catalog.get(kept.backupId))?.state).toBe('running');
      });
    });

    describe('adopt', () => {
      it('adds what is new, says so once, and changes only what differs', async () => {
        const backupId = newBackupId();
        const manifest = sampleManifest({ backupId, name: 'daily' });
        expect(await catalog.adopt('/srv', manifest)).toBe('added');
        const first = await catalog.get(backupId);
        expect(await catalog.adopt('/srv', manifest)).toBe('unchanged');
        expect(await catalog.get(backupId)).toEqual(first);
        expect(await catalog.adopt('/mnt/disk', manifest)).toBe('updated');
        expect(await catalog.get(backupId)).toEqual({ ...first, location: '/mnt/disk' });
        expect(await catalog.adopt('/mnt/disk', manifest)).toBe('unchanged');
      });

      it('keeps when a backup was verified, as long as its bytes are the same', async () => {
        const backupId = newBackupId();
        const verifiedAt = new Date('2026-03-02T00:00:00.789Z');
        await catalog.adopt('/srv', sampleManifest({ backupId }));
        await catalog.markVerified(backupId, verifiedAt);
        expect(await catalog.adopt('/srv', sampleManifest({ backupId }))).toBe('unchanged');
        expect(await catalog.adopt('/mnt', sampleManifest({ backupId }))).toBe('updated');
        expect((await catalog.get(backupId))?.verifiedAt).toEqual(verifiedAt);
        const other = sampleManifest({ backupId, digest: `sha256:${'b'.repeat(64)}` });
        expect(await catalog.adopt('/mnt', other)).toBe('updated');
        expect((await catalog.get(backupId))?.verifiedAt).toBeNull();
      });

      it('brings back what was deleted, and repairs what was marked failed', async () => {
        const backup = newBackup();
        await catalog.begin(backup);
        await catalog.fail(backup.backupId, 'failed', { kind: 'system_error', message: 'x', context: {} });
        await catalog.markDeleted(backup.backupId, new Date());
        expect(await catalog.adopt('/srv', sampleManifest(backup))).toBe('updated');
        expect(await catalog.get(backup.backupId)).toMatchObject({
          state: 'success',
          deletedAt: null,
          error: null,
        });
      });

      it('by several at once adds once', async () => {
        const other = await subject.another();
        const manifest = sampleManifest({ backupId: newBackupId() });
        const outcomes = await Promise.all(
          [catalog, other, catalog, other].map(each => each.adopt('/srv', manifest)),
        );
        expect(outcomes.sort()).toEqual(['added', 'unchanged', 'unchanged', 'unchanged']);
        await other.close();
      });

      it('refuses a manifest that is damaged', async () => {
        const good = sampleManifest({ backupId: newBackupId() });
        const bad = [
          sampleManifest({ backupId: "'; DROP SCHEMA satchel; --" }),
          { ...good, startedAt: 'yesterday' },
          { ...good, finishedAt: '' },
        ];
        for (const manifest of bad)
          expect(await kindOf(catalog.adopt('/srv', manifest))).toBe('invalid_backup');
        expect((await catalog.find({})).total).toBe(0);
      });
    });

    describe('marks', () => {
      it('keep when a backup was verified and deleted; its record stays', async () => {
        const backupId = newBackupId();
        await catalog.adopt('/srv', sampleManifest({ backupId }));
        const first = new Date('2026-03-02T00:00:00.001Z');
        const second = new Date('2026-03-03T00:00:00.001Z');
        await catalog.markVerified(backupId, first);
        await catalog.markVerified(backupId, second);
        await catalog.markDeleted(backupId, first);
        await catalog.markDeleted(backupId, second);
        expect(await catalog.get(backupId)).toMatchObject({
          state: 'success',
          verifiedAt: second,
          deletedAt: first,
        });
      });

      it('of what is not there are not_found', async () => {
        const error = { kind: 'system_error' as const, message: 'x', context: {} };
        for (const id of [newBackupId(), 'no id', '']) {
          expect(await kindOf(catalog.markVerified(id, new Date()))).toBe('not_found');
          expect(await kindOf(catalog.markDeleted(id, new Date()))).toBe('not_found');
          expect(await kindOf(catalog.fail(id, 'failed', error))).toBe('not_found');
          expect(await kindOf(catalog.failRestore(id, 'failed', error))).toBe('not_found');
          expect(await kindOf(catalog.finishRestore(id, PLAN, null))).toBe('not_found');
          expect(await catalog.get(id)).toBeNull();
          expect(await catalog.getRestore(id)).toBeNull();
        }
      });

      it('need an id that is one', async () => {
        expect(await kindOf(catalog.begin(newBackup({ backupId: 'X' })))).toBe('validation_error');
        expect(await kindOf(catalog.beginRestore(newRestore({ restoreId: 'X' })))).toBe('validation_error');
      });
    });

    describe('find', () => {
      it('lists newest first, by page, filtered, and counts all', async () => {
        const ids = Array.from({ length: 12 }, newBackupId);
        for (const [i, backupId] of ids.entries()) {
          const startedAt = new Date(Date.UTC(2026, 0, 1 + i));
          const scopeName = i % 3 === 0 ? 'students' : 'full';
          await catalog.adopt(
            '/srv',
            sampleManifest({ backupId, scopeName, startedAt, finishedAt: startedAt }),
          );
        }
        await catalog.markDeleted(ids[11] ?? '', new Date());
        const running = newBackup({ startedAt: new Date(Date.UTC(2026, 0, 20)) });
        await catalog.begin(running);

        const idsOf = async (filter: BackupFilter) => {
          const { total, items } = await catalog.find(filter);
          return { total, ids: items.map(item => item.backupId) };
        };
        const newestFirst = [running.backupId, ...ids.slice(0, 11).reverse()];
        expect(await idsOf({})).toEqual({ total: 12, ids: newestFirst });
        expect(await idsOf({ limit: 3, offset: 2 })).toEqual({ total: 12, ids: newestFirst.slice(2, 5) });
        expect(await idsOf({ offset: 100 })).toEqual({ total: 12, ids: [] });
        expect(await idsOf({ includeDeleted: true, limit: 2 })).toEqual({
          total: 13,
          ids: [running.backupId, ids[11]],
        });
        expect(await idsOf({ scopeName: 'students', limit: 1 })).toEqual({ total: 4, ids: [ids[9]] });
        expect(await idsOf({ state: 'running' })).toEqual({ total: 1, ids: [running.backupId] });
        expect(await idsOf({ state: 'success', scopeName: 'full' })).toMatchObject({ total: 7 });
        expect(await idsOf({ scopeName: "x' OR true --" })).toEqual({ total: 0, ids: [] });
      });

      it('gives 50 unless told otherwise, and orders those of one moment always alike', async () => {
        const startedAt = new Date('2026-01-01T00:00:00Z');
        for (let i = 0; i < 55; i++) {
          await catalog.adopt('/srv', sampleManifest({ backupId: newBackupId(), startedAt }));
        }
        const { total, items } = await catalog.find({});
        expect(total).toBe(55);
        expect(items).toHaveLength(50);
        const rest = await catalog.find({ offset: 50 });
        const ids = [...items, ...rest.items].map(item => item.backupId);
        expect(new Set(ids).size).toBe(55);
      });

      it.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { limit: Number.NaN }, { offset: -1 }])(
        'refuses %o',
        async page => {
          expect(await kindOf(catalog.find(page))).toBe('validation_error');
          expect(await kindOf(catalog.findRestores(page))).toBe('validation_error');
        },
      );
    });

    describe('a restore', () => {
      it('is running, then done with its report and the way back', async () => {
        const restore = newRestore({ backupId: newBackupId(), requestedBy: 'asha' });
        await catalog.beginRestore(restore);
        const { undoes: _undoes, ...given } = restore;
        const running = {
          ...given,
          state: 'running',
          finishedAt: null,
          safetyBackupId: null,
          report: null,
          error: null,
        };
        expect(await catalog.getRestore(restore.restoreId)).toEqual(running);
        expect(await kindOf(catalog.beginRestore(restore))).toBe('conflict');
        const safetyBackupId = newBackupId();
        await catalog.finishRestore(restore.restoreId, PLAN, safetyBackupId);
        expect(await catalog.getRestore(restore.restoreId)).toEqual({
          ...running,
          state: 'success',
          finishedAt: expect.any(Date) as unknown,
          safetyBackupId,
          report: PLAN,
        });
      });

      it('can fail, with the reason', async () => {
        const restore = newRestore();
        await catalog.beginRestore(restore);
        const error = {
          kind: 'restore_failed' as const,
          message: 'A row was refused.',
          context: { table: 'a' },
        };
        await catalog.failRestore(restore.restoreId, 'failed', error);
        expect(await catalog.getRestore(restore.restoreId)).toMatchObject({ state: 'failed', error });
      });

      it('is failed once the catalog that began it has been closed without an end', async () => {
        const other = await subject.another();
        const restore = newRestore();
        await other.beginRestore(restore);
        expect((await catalog.getRestore(restore.restoreId))?.state).toBe('running');
        await other.close();
        await expect
          .poll(async () => (await catalog.findRestores({})).items[0]?.state, { timeout: 10_000 })
          .toBe('failed');
      });

      it('is listed newest first, by page', async () => {
        const restores = Array.from({ length: 5 }, (_, i) =>
          newRestore({ startedAt: new Date(Date.UTC(2026, 0, 1 + i)) }),
        );
        for (const restore of restores) await catalog.beginRestore(restore);
        const { total, items } = await catalog.findRestores({ limit: 2, offset: 1 });
        expect(total).toBe(5);
        expect(items.map(item => item.restoreId)).toEqual([restores[3]?.restoreId, restores[2]?.restoreId]);
      });
    });

    it('can be closed twice', async () => {
      const other = await subject.another();
      await other.find({});
      await other.close();
      expect(await kindOf(other.close())).toBe('no error');
    });
  });
}

function newBackup(given: Partial<NewBackup> = {}): NewBackup {
  return {
    backupId: newBackupId(),
    scopeName: 'full',
    name: null,
    requestedBy: null,
    startedAt: new Date('2026-03-01T08:00:00.123Z'),
    ...given,
  };
}

function newRestore(given: Partial<NewRestore> = {}): NewRestore {
  return {
    restoreId: newBackupId(),
    backupId: null,
    file: 'full_backup.json',
    mode: 'merge',
    undoes: null,
    requestedBy: null,
    startedAt: new Date('2026-03-01T09:00:00.123Z'),
    ...given,
  };
}
