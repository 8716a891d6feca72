import type { BackupStorage } from '../ports/backup-storage.js';

/** One empty storage of a check, and what the check may look at behind its back. */
export interface CheckedStorage {
  readonly storage: BackupStorage;
  /** Bytes that writes under way have brought to the storage's medium; left out where nobody can say. */
  bytesOnTheWay?(): Promise<number>;
  /** How far a storage may be behind the body that it is given, or ahead of the reader that it feeds; 8 MiB without it. */
  readonly mostHeldBytes?: number;
}

/**
 * One promise of the port `BackupStorage`, and how to find out whether it is kept. The same checks are the conformance
 * suite of every adapter and what `storage check` tries on somebody's own folder or bucket.
 */
export interface StorageCheck {
  /** A sentence about the storage. */
  readonly name: string;
  /** @throws StorageCheckFailure if the promise is broken; whatever the storage throws where it should not */
  run(checked: CheckedStorage): Promise<void>;
}

/** A promise that a storage does not keep. */
export class StorageCheckFailure extends Error {
  override readonly name = 'StorageCheckFailure';
}
