import type { FailedDelete, Pin } from '../retention/retention-policy.js';

/**
 * What retention has to remember beside the backups themselves. Out of reach: `unavailable`; whoever deletes must not go on
 * then, since a pin may be among what is not known.
 */
export abstract class RetentionStore {
  /** Newest first. */
  abstract pins(): Promise<readonly Pin[]>;
  /** A backup that is pinned already gets the new reason. */
  abstract pin(pin: Pin): Promise<void>;
  /** @returns whether it was pinned */
  abstract unpin(backupId: string): Promise<boolean>;
  /** Backups that the last look into them found damaged. */
  abstract damaged(): Promise<readonly string[]>;
  /** Oldest first. */
  abstract failedDeletes(): Promise<readonly FailedDelete[]>;
  /** Counts one more attempt. @returns what is known of it then */
  abstract noteFailedDelete(
    failed: Pick<FailedDelete, 'backupId' | 'file' | 'problem'>,
    at: Date,
  ): Promise<FailedDelete>;
  abstract forgetFailedDelete(backupId: string): Promise<void>;
}
