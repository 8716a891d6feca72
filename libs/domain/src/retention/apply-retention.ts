/** What retention needs to know of a backup. */
export interface RetentionCandidate {
  readonly backupId: string;
  readonly scopeName: string;
  readonly finishedAt: Date;
  /** Whether it succeeded and its file is there; only such a backup counts as good. */
  readonly good: boolean;
}

export interface RetentionDecision<T extends RetentionCandidate> {
  readonly backup: T;
  /** Why it is kept, in words; empty means that cleanup may delete it. */
  readonly keptBecause: readonly string[];
}

const DAY_MS = 86_400_000;

/**
 * Decides which backups a number of days keeps, and why. Pure; nothing is deleted here.
 *
 * @param backups in any order
 * @param days    whole days that a backup is kept, counted from its end; at least 0
 * @returns       every backup, newest first, with the reasons that keep it
 */
export function applyRetention<T extends RetentionCandidate>(
  backups: readonly T[],
  days: number,
  now: Date,
): RetentionDecision<T>[] {
  const newestGood = new Map<string, T>();
  const newestFirst = [...backups].sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime());
  for (const backup of newestFirst) {
    if (backup.good && !newestGood.has(backup.scopeName)) newestGood.set(backup.scopeName, backup);
  }
  return newestFirst.map(backup => {
    const keptBecause: string[] = [];
    if (newestGood.get(backup.scopeName) === backup)
      keptBecause.push(`newest good backup of type ${backup.scopeName}`);
    if (now.getTime() - backup.finishedAt.getTime() < days * DAY_MS)
      keptBecause.push(`younger than ${days} days`);
    return { backup, keptBecause };
  });
}
