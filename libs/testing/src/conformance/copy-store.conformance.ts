import { newBackupId, type Copy, type CopyStore } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface CopyStoreSubject {
  /** One more process on the same store; the subject closes it. */
  process(): CopyStore;
  dispose(): Promise<void>;
}

/** A copy that a test cares little about. */
export function sampleCopy(sample: Partial<Copy> = {}): Copy {
  return {
    backupId: newBackupId(),
    destination: 'off-site',
    file: 'full_1.json.zst',
    state: 'stored',
    sizeBytes: 5_000_000_000,
    digest: `sha256:${'a'.repeat(64)}`,
    destinations: null,
    storedAt: new Date('2026-03-01T08:00:00.123Z'),
    verifiedAt: null,
    attempts: 0,
    nextTryAt: null,
    error: null,
    ...sample,
  };
}

/** What every `CopyStore` must do. */
export function describeCopyStore(name: string, open: () => Promise<CopyStoreSubject>): void {
  describe(`${name} keeps the contract of CopyStore`, () => {
    let subject: CopyStoreSubject;
    let store: CopyStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.process();
    });
    afterEach(() => subject.dispose());

    it('gives back what was saved, and what was saved last of one copy', async () => {
      const failed = sampleCopy({
        state: 'failed',
        storedAt: null,
        attempts: 3,
        nextTryAt: new Date('2026-03-01T08:04:00.007Z'),
        error: { kind: 'unavailable', message: 'The bucket is full.', context: { code: 'QuotaExceeded' } },
      });
      expect(await store.save(failed)).toBe(true);
      expect(await store.find()).toEqual([failed]);
      const destinations = ['local', 'off-site'];
      const stored = sampleCopy({
        backupId: failed.backupId,
        destinations,
        verifiedAt: new Date('2026-03-02T08:00:00Z'),
      });
      expect(await store.save(stored)).toBe(true);
      expect(await subject.process().find()).toEqual([stored]);
    });

    it('finds by backup, destination and state, those read longest ago first', async () => {
      const never = sampleCopy({ state: 'pending', storedAt: null });
      const read = sampleCopy({ verifiedAt: new Date('2026-03-05T00:00:00Z') });
      const unread = sampleCopy({ destination: 'local', storedAt: new Date('2026-03-04T00:00:00Z') });
      for (const copy of [read, unread, never]) await store.save(copy);
      expect(await store.find()).toEqual([never, unread, read]);
      expect(await store.find({ destination: 'off-site' })).toEqual([never, read]);
      expect(await store.find({ states: ['stored'] })).toEqual([unread, read]);
      expect(await store.find({ backupIds: [read.backupId, never.backupId] })).toEqual([never, read]);
      expect(await store.find({ backupIds: [] })).toEqual([]);
      expect(await store.find({ backupIds: ['no id'] })).toEqual([]);
    });

    it('does not let a copy that was under way bring a removed one back, unless it is revived', async () => {
      const copy = sampleCopy();
      const owed = sampleCopy({ ...copy, state: 'removed', nextTryAt: new Date('2026-03-01T09:00:00Z') });
      await store.save(owed);
      expect(await store.save(copy)).toBe(false);
      expect(await store.find()).toEqual([owed]);
      expect(await store.save({ ...owed, nextTryAt: null })).toBe(true);
      expect(await store.find()).toEqual([]);
      expect(await store.save(copy, { revive: true })).toBe(true);
      expect(await store.find()).toEqual([copy]);
    });

    it('forgets a copy, but not one whose removal may be owed', async () => {
      const copy = sampleCopy();
      const elsewhere = sampleCopy({ backupId: copy.backupId, destination: 'usb' });
      const nextTryAt = new Date('2026-03-01T09:00:00Z');
      const owed = sampleCopy({ state: 'removed', storedAt: null, nextTryAt });
      for (const each of [copy, elsewhere, owed]) await store.save(each);
      for (const { backupId } of [copy, owed]) await store.forget(backupId, 'off-site');
      expect(await store.find()).toEqual([owed, elsewhere]);
      expect(await store.save(copy)).toBe(true);
    });

    it('lets one at a time work on a copy, in this process and in others', async () => {
      const { backupId } = sampleCopy();
      const other = subject.process();
      const inner = await store.claim(backupId, 'off-site', async () => [
        await store.claim(backupId, 'off-site', async () => 'twice'),
        await other.claim(backupId, 'off-site', async () => 'twice'),
        await other.claim(backupId, 'local', async () => 'elsewhere'),
      ]);
      expect(inner).toEqual([null, null, 'elsewhere']);
      expect(await other.claim(backupId, 'off-site', async () => 'after')).toBe('after');
    });

    it('lets go of a copy whose work fails', async () => {
      const { backupId } = sampleCopy();
      const failure = new Error('cut off');
      const failing = store.claim(backupId, 'off-site', () => Promise.reject(failure));
      await expect(failing).rejects.toBe(failure);
      expect(await subject.process().claim(backupId, 'off-site', async () => 'again')).toBe('again');
    });
  });
}
