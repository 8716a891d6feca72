import type {
  AlarmCause,
  AlarmOutbox,
  AlarmSource,
  CopyStore,
  Destinations,
  JobStore,
} from '@satchel/domain';

/** A subject is a backup's id; with a destination's name after it, it is that copy which is damaged. */
const UUID_LENGTH = 36;

/**
 * Damage of stored backups, all of it: copies that are known to be damaged or missing, until they are replaced or deleted; and
 * backups that a verify has found damaged, until another finds them whole, or somebody deletes them.
 */
export class DamagedBackups implements AlarmSource {
  readonly name = 'damaged backups';
  readonly kinds = ['copy_damaged'] as const;

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly jobs: JobStore,
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    return [...(await this.#damagedCopies()), ...(await this.#toldByJobs())];
  }

  async #damagedCopies(): Promise<readonly AlarmCause[]> {
    const names = new Set(this.destinations.all.map(({ name }) => name));
    const lost = await this.copies.find({ states: ['damaged', 'missing'] });
    // A destination that the settings do not name any more is nobody's business here.
    return lost
      .filter(({ destination }) => names.has(destination))
      .map(({ backupId, destination, file }) => ({
        kind: 'copy_damaged',
        subject: `${backupId} ${destination}`,
        facts: { file, destination },
      }));
  }

  async #toldByJobs(): Promise<readonly AlarmCause[]> {
    const { items } = await this.outbox.find({ open: true, kinds: this.kinds, limit: 1000 });
    const there: AlarmCause[] = [];
    for (const { alarm } of items) {
      if (alarm.kind !== 'copy_damaged' || alarm.subject.length > UUID_LENGTH) continue;
      const backup = await this.jobs.get(alarm.subject);
      // A backup that the catalog does not know may still be in the storage.
      if (backup !== null && backup.deletedAt !== null) continue;
      const { kind, subject, facts } = alarm;
      there.push({ kind, subject, facts });
    }
    return there;
  }
}
