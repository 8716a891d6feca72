import type { AlarmCause, AlarmSource, AuditLog, Scope } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { MeasuredPromises } from '../../measured-promises.js';
import type { ServerStatus } from '../../server-status.js';

const HOUR_MS = 3_600_000;

/**
 * Types whose newest good backup is too old: by their schedule where one runs, else by the settings' limit. Without a schedule
 * a type counts as backed up by a backup of it, or by one of a type that leaves nothing out. Where there is none yet, time
 * counts from the installation's first day.
 */
export class OverdueBackups implements AlarmSource {
  readonly name = 'overdue backups';
  readonly kinds = ['backup_overdue'] as const;

  constructor(
    private readonly status: Pick<ServerStatus, 'run'>,
    private readonly promises: Pick<MeasuredPromises, 'run'>,
    private readonly audit: AuditLog,
    private readonly allowedHours: number,
  ) {}

  async look(now: Date): Promise<readonly AlarmCause[]> {
    const { newest } = await this.status.run();
    if (!newest.reachable) throw new BackupError(newest.kind, newest.problem);
    const promises = await this.promises.run();
    const ofAll = newest.value
      .filter(({ scope }) => leavesNothingOut(scope))
      .map(({ record }) => record?.finishedAt ?? null);
    const overdue: AlarmCause[] = [];
    for (const { scope, record } of newest.value) {
      const promise = promises.find(({ scopeName }) => scopeName === scope.name);
      if (promise?.scheduled) {
        if (!promise.overdue) continue;
        const facts = { lastGoodAt: record?.finishedAt?.toISOString() ?? null, allowedHours: null };
        overdue.push({ kind: 'backup_overdue', subject: scope.name, facts });
        continue;
      }
      const lastGoodAt = latest([record?.finishedAt ?? null, ...ofAll]);
      const since = lastGoodAt ?? (await this.#installedAt(now));
      if (now.getTime() - since.getTime() <= this.allowedHours * HOUR_MS) continue;
      const facts = { lastGoodAt: lastGoodAt?.toISOString() ?? null, allowedHours: this.allowedHours };
      overdue.push({ kind: 'backup_overdue', subject: scope.name, facts });
    }
    return overdue;
  }

  /** When the first thing was done here. */
  async #installedAt(now: Date): Promise<Date> {
    const { total } = await this.audit.find({ limit: 1 });
    if (total === 0) return now;
    const { items } = await this.audit.find({ limit: 1, offset: total - 1 });
    return items[0]?.at ?? now;
  }
}

function leavesNothingOut({ include, exclude }: Scope): boolean {
  return include.includes('*') && exclude.length === 0;
}

function latest(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
