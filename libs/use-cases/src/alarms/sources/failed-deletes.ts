import type {
  AlarmCause,
  AlarmOutbox,
  AlarmSource,
  CopyStore,
  Destinations,
  RetentionStore,
} from '@satchel/domain';

/** Failed attempts to remove a copy, after pauses of one and two minutes. */
const ATTEMPTS = 3;

/**
 * Backups that should be gone and are not: those that a cleanup, or a later attempt, could not delete, and copies that are
 * still in a destination. A cleanup that failed as a whole is told by its job, and over with the next one.
 */
export class FailedDeletes implements AlarmSource {
  readonly name = 'failed deletes';
  readonly kinds = ['retention_failed'] as const;

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly retention: RetentionStore,
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    const causes: AlarmCause[] = [];
    const backups = (await this.retention.failedDeletes()).length;
    if (backups > 0 || (await this.#cleanupFailed())) {
      causes.push({ kind: 'retention_failed', subject: 'cleanup', facts: { backups } });
    }
    const owed = (await this.copies.find({ states: ['removed'] })).filter(
      ({ attempts }) => attempts >= ATTEMPTS,
    );
    for (const { name: subject } of this.destinations.all) {
      const copies = owed.filter(({ destination }) => destination === subject).length;
      if (copies > 0) causes.push({ kind: 'retention_failed', subject, facts: { backups: copies } });
    }
    return causes;
  }

  /** Of one that failed as a whole nothing is known but that it was told: no backup of it is counted. */
  async #cleanupFailed(): Promise<boolean> {
    const { items } = await this.outbox.find({ open: true, kinds: this.kinds, limit: 1000 });
    return items.some(
      ({ alarm }) =>
        alarm.kind === 'retention_failed' && alarm.subject === 'cleanup' && alarm.facts.backups === 0,
    );
  }
}
