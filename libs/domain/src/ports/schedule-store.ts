import type { NewJob } from '../job/job-record.js';
import type { Schedule, ScheduleChange } from '../schedule/schedule.js';

/** What becomes of something that is due: jobs that are added, and when it is due next. */
export interface Firing {
  readonly jobs: readonly NewJob[];
  /** Null: never again by itself. */
  readonly nextRunAt: Date | null;
}

/** A timetable that comes from the settings, e.g. of restore drills. */
export interface Timetable {
  readonly name: string;
  /** Cron and time zone in one text: where it differs from the one that was known, the next time is set anew. */
  readonly expression: string;
}

/**
 * The schedules, in the same database as the jobs that they add. Any adapter guarantees:
 *
 * - Firing is one transaction: the jobs are there and the next time is set, or neither. However many processes fire at the
 *   same moment, and wherever one dies, each due time adds its jobs once.
 * - A schedule that another process is firing is passed over, not waited for.
 * - Names are unique without regard to case.
 * - Out of reach: `unavailable`.
 */
export abstract class ScheduleStore {
  /** By name. */
  abstract list(): Promise<readonly Schedule[]>;
  /** @param named its id, or its name in any case */
  abstract get(named: string): Promise<Schedule | null>;
  /** @throws BackupError `conflict` if the name is taken */
  abstract add(schedule: Schedule): Promise<void>;
  /** @throws BackupError `not_found`; `conflict` if the name is taken */
  abstract change(scheduleId: string, change: ScheduleChange): Promise<Schedule>;
  /** @returns whether it was there */
  abstract remove(scheduleId: string): Promise<boolean>;
  /** Notes a run that a person asked for; the next time stays as it is. */
  abstract noteRun(scheduleId: string, jobId: string, at: Date): Promise<void>;
  /**
   * Fires the schedule that has been due for longest.
   *
   * @param fire   what to do; throwing leaves the schedule as it was
   * @param except ids that are passed over
   * @returns      the schedule as it was when it was due; null if none is
   */
  abstract fireNext(
    now: Date,
    fire: (schedule: Schedule) => Firing,
    except?: readonly string[],
  ): Promise<Schedule | null>;
  /**
   * Fires a timetable if it is due. One that is new, or has another expression than before, is only set.
   *
   * @param first when it is due first
   * @returns     whether it fired
   */
  abstract fireTimetable(
    timetable: Timetable,
    now: Date,
    first: Date | null,
    fire: (dueAt: Date) => Firing,
  ): Promise<boolean>;
  /** When a timetable is due next; null if it was never set. */
  abstract nextOf(timetableName: string): Promise<Date | null>;
}
