import type { Clock, JobCommand, JobStore, KeyRing, NewJob, Scope, ScheduleStore } from '@satchel/domain';
import { newBackupId } from '@satchel/domain';
import { canDrillByItself } from '../drill/can-drill-by-itself.js';
import { nextRun } from './next-runs.js';

export interface TimetableSettings {
  readonly timeZone: string;
  /** Null: no drills by themselves. */
  readonly drillCron: string | null;
  /** Null: no cleanup by itself. */
  readonly cleanupDays: number | null;
}

/** When the server cleans up by itself: after the nightly backups of most, before anybody comes. */
export const CLEANUP_CRON = '30 3 * * *';

/**
 * Adds the jobs that the settings ask for at their times: cleanups, and a drill of each type that there are backups of, where
 * they can be opened here. As with schedules, each time once however many processes there are, and once for all that were missed.
 *
 * @throws BackupError `unavailable`
 */
export class FireTimetables {
  constructor(
    private readonly settings: TimetableSettings,
    private readonly scopes: readonly Scope[],
    private readonly schedules: ScheduleStore,
    private readonly jobs: JobStore,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @returns names of those that fired */
  async run(): Promise<readonly string[]> {
    const { drillCron, cleanupDays: days } = this.settings;
    const fired: string[] = [];
    if (days !== null && (await this.#fire('cleanup', CLEANUP_CRON, () => [{ kind: 'cleanup', days }]))) {
      fired.push('cleanup');
    }
    if (drillCron !== null) {
      const drills = await this.#drills();
      if (await this.#fire('drill', drillCron, () => drills)) fired.push('drill');
    }
    return fired;
  }

  async #fire(name: string, cron: string, commands: () => readonly JobCommand[]): Promise<boolean> {
    const time = { cron, timeZone: this.settings.timeZone };
    const now = this.clock.now();
    const expression = `${cron} ${time.timeZone}`;
    return await this.schedules.fireTimetable({ name, expression }, now, nextRun(time, now), dueAt => ({
      jobs: commands().map((command): NewJob => ({
        jobId: newBackupId(),
        command,
        requestedBy: null,
        createdAt: now,
      })),
      // After both, as with schedules: a process whose clock is behind must not find the same time due again.
      nextRunAt: nextRun(time, new Date(Math.max(now.getTime(), dueAt.getTime()))),
    }));
  }

  /** A drill without a backup could only fail, every week. */
  async #drills(): Promise<readonly JobCommand[]> {
    if (!(await canDrillByItself(this.keyRing))) return [];
    const commands: JobCommand[] = [];
    for (const { name: scopeName } of this.scopes) {
      const { total } = await this.jobs.find(
        { kinds: ['backup'], states: ['success'], scopeName },
        { limit: 1 },
      );
      if (total > 0) commands.push({ kind: 'drill', scopeName, backupId: null });
    }
    return commands;
  }
}
