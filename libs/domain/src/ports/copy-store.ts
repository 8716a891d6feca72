import type { BackupId } from '../backup/backup-id.js';
import type { Copy, CopyState } from '../backup/copy.js';

export interface CopyFilter {
  readonly backupIds?: readonly BackupId[];
  readonly destination?: string;
  readonly states?: readonly CopyState[];
}

/**
 * What is known of each backup in each destination. An index, as the catalog is: the manifests in the destinations are the
 * truth, and what is lost here is found again by looking there.
 *
 * - Of a backup and a destination there is one copy at most.
 * - `save` of a copy that is `removed` is refused (`false`) unless it is saved as removed again, or revived on purpose:
 *   a copy that was under way while its backup was deleted must not bring it back.
 * - `forget` leaves no trace of a copy that is nobody's concern any more; a `removed` one stays, since it may be owed.
 * - `claim` lets one process at a time work on a copy, however many there are; a process that dies lets go.
 * - Out of reach: `unavailable`.
 */
export abstract class CopyStore {
  /** Those read longest ago first. Removed ones whose removal is done are left out. */
  abstract find(filter?: CopyFilter): Promise<readonly Copy[]>;
  /** @returns whether it was saved */
  abstract save(copy: Copy, options?: { readonly revive?: boolean }): Promise<boolean>;
  abstract forget(backupId: BackupId, destination: string): Promise<void>;
  /** @returns what the work returns; null, and nothing done, if somebody else is at it */
  abstract claim<T>(backupId: BackupId, destination: string, work: () => Promise<T>): Promise<T | null>;
}
