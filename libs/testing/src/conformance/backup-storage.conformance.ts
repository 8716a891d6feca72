import { STORAGE_CHECKS, type CheckedStorage } from '@satchel/domain';
import { afterEach, beforeEach, describe, it } from 'vitest';

/** One empty storage of a test. */
export interface StorageSubject extends CheckedStorage {
  dispose(): Promise<void>;
}

/**
 * What every `BackupStorage` must do; an adapter's spec calls it with a way to make one. The checks themselves are data of
 * the domain, since `storage check` runs the very same ones against somebody's own storage.
 *
 * @param open makes an empty storage of its own for each test
 */
export function describeBackupStorage(name: string, open: () => Promise<StorageSubject>): void {
  describe(`${name} keeps the contract of BackupStorage`, () => {
    let subject: StorageSubject;

    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.dispose());

    it.each(STORAGE_CHECKS)('$name', check => check.run(subject));
  });
}
