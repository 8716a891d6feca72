import type { AlarmCause, AlarmSource, CopyStore, JobRecord, JobStore, Scope } from '@satchel/domain';

const DAY_MS = 24 * 3_600_000;

/** Backups of one type that are looked through: thirty a day for a month. */
const MOST = 1000;

/**
 * Types with stored backups that nobody has read back for too long, since they were made or last verified: by somebody, or in
 * turn with the other copies. One copy that was read is enough; of each that was not, the destinations tell.
 */
export class UnverifiedBackups implements AlarmSource {
  readonly name = 'unverified backups';
  readonly kinds = ['backup_unverified'] as const;

  constructor(
    private readonly jobs: JobStore,
    private readonly copies: CopyStore,
    private readonly scopes: readonly Scope[],
    private readonly allowedDays: number,
  ) {}

  async look(now: Date): Promise<readonly AlarmCause[]> {
    const before = new Date(now.getTime() - this.allowedDays * DAY_MS);
    const causes: AlarmCause[] = [];
    for (const { name: subject } of this.scopes) {
      const { items } = await this.jobs.find(
        { kinds: ['backup'], states: ['success'], scopeName: subject, createdTo: before },
        { sort: 'created', order: 'asc', limit: MOST },
      );
      const old = items.filter(backup => readAt(backup) < before);
      if (old.length === 0) continue;
      const copies = await this.copies.find({ backupIds: old.map(({ jobId }) => jobId), states: ['stored'] });
      const readInTurn = new Set(
        copies
          .filter(({ verifiedAt }) => verifiedAt !== null && verifiedAt >= before)
          .map(({ backupId }) => backupId),
      );
      const unread = old.filter(({ jobId }) => !readInTurn.has(jobId));
      const [longest] = unread.toSorted((a, b) => readAt(a).getTime() - readAt(b).getTime());
      if (longest === undefined) continue;
      const facts = {
        backups: unread.length,
        file: longest.file,
        readAt: longest.verifiedAt?.toISOString() ?? null,
        allowedDays: this.allowedDays,
      };
      causes.push({ kind: 'backup_unverified', subject, facts });
    }
    return causes;
  }
}

/** A backup is read back when it is made. */
function readAt({ verifiedAt, finishedAt, createdAt }: JobRecord): Date {
  return verifiedAt ?? finishedAt ?? createdAt;
}
