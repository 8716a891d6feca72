import type { Clock, RetentionStore, RunOptions } from '@satchel/domain';
import type { PruneBackups, PruneBackupsResult } from '../prune-backups.js';

/**
 * Tries again to delete what could not be deleted, once its pause is over, and only if the policy still lets it go.
 *
 * @returns null: nothing was due
 */
export class RetryDeletes {
  constructor(
    private readonly retention: RetentionStore,
    private readonly prune: PruneBackups,
    private readonly clock: Clock,
  ) {}

  async run(options: RunOptions = {}): Promise<PruneBackupsResult | null> {
    const now = this.clock.now().getTime();
    const due = (await this.retention.failedDeletes()).filter(
      ({ nextAttemptAt }) => nextAttemptAt.getTime() <= now,
    );
    if (due.length === 0) return null;
    const only = due.map(({ backupId }) => backupId);
    const result = await this.prune.run({ days: this.prune.policy.days, confirm: true, only }, options);
    // One whose manifest is gone was removed by somebody else.
    const stored = new Set(result.backups.map(({ backupId }) => backupId));
    for (const backupId of only) if (!stored.has(backupId)) await this.retention.forgetFailedDelete(backupId);
    return result;
  }
}
