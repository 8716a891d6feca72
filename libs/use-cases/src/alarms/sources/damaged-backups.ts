import type { AlarmCause, AlarmOutbox, AlarmSource, JobStore } from '@satchel/domain';

const UUID_LENGTH = 36;

/** Damaged backups that were told and are still there: one that somebody has deleted is no trouble any more. */
export class DamagedBackups implements AlarmSource {
  readonly name = 'damaged backups';
  readonly kinds = ['copy_damaged'] as const;

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly jobs: JobStore,
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    const { items } = await this.outbox.find({ open: true, kinds: this.kinds, limit: 1000 });
    const there: AlarmCause[] = [];
    for (const { alarm } of items) {
      if (alarm.kind !== 'copy_damaged') continue;
      const backup = await this.jobs.get(alarm.subject.slice(0, UUID_LENGTH));
      // A backup that the catalog does not know may still be in the storage.
      if (backup !== null && backup.deletedAt !== null) continue;
      const { kind, subject, facts } = alarm;
      there.push({ kind, subject, facts });
    }
    return there;
  }
}
