import type { Destination } from '../backup/copy.js';
import type { BackupStorage } from './backup-storage.js';
import type { StorageStatus } from './system-probe.js';

/** A storage of nobody's backups, for trying out what a destination does. */
export interface ScratchStorage {
  readonly storage: BackupStorage;
  /** Removes all that is in it. */
  remove(): Promise<void>;
}

/** A destination that can be used. */
export interface OpenDestination extends Destination {
  readonly storage: BackupStorage;
  /** Looks whether it is there and can be written, leaving nothing; one that is not usable is an answer, not an error. */
  probe(): Promise<StorageStatus>;
  /** Removes what killed writers left there. @returns how many files or uploads */
  sweep(): Promise<number>;
  /** An empty place of its own in the same folder or bucket, which no backup is in. */
  scratch(): ScratchStorage;
}

/** The places that backups are kept in, by the settings. */
export abstract class Destinations {
  /** The first is the primary: backups are made there, and brought to the others. */
  abstract readonly all: readonly [OpenDestination, ...OpenDestination[]];
}
