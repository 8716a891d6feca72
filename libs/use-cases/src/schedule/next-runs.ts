import { BackupError } from '@satchel/domain';
import { Cron } from 'croner';
import { instantOf, isTimeZone, wallOf } from './wall-clock.js';

export interface CronTime {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA's name. */
  readonly timeZone: string;
}

/** How many times people are shown. */
export const RUNS_SHOWN = 5;

/** The clock is put back by less than this, anywhere: times before it cannot come after the moment. */
const PUT_BACK_AT_MOST_MS = 3 * 3_600_000;

const MAX_CRON_LENGTH = 200;

/**
 * Checks a cron expression and its time zone.
 *
 * @returns both, tidied
 * @throws  BackupError `validation_error` that says which is wrong and how, also for a day that never comes (30 February)
 */
export function checkCron({ cron, timeZone }: CronTime): CronTime {
  if (!isTimeZone(timeZone)) {
    throw new BackupError(
      'validation_error',
      `There is no time zone ${JSON.stringify(timeZone.slice(0, 64))}. Give a name like Europe/Berlin, Asia/Kolkata or UTC.`,
      { parameter: 'time_zone', value: timeZone.slice(0, 64) },
    );
  }
  const fields = cron.trim().split(/\s+/);
  const tidied = fields.join(' ');
  if (fields.length !== 5 || tidied.length > MAX_CRON_LENGTH) {
    throw badCron(cron, 'it needs five fields: minute, hour, day of the month, month, day of the week');
  }
  try {
    if (new Cron(tidied, { mode: '5-part', paused: true, timezone: 'UTC' }).nextRun() === null) {
      throw badCron(cron, 'such a day never comes');
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const reason = error instanceof Error ? error.message.replace(/^Cron\w*: */, '') : 'it cannot be read';
    throw badCron(cron, reason);
  }
  return { cron: tidied, timeZone };
}

/**
 * The next times at which a schedule fires, all after `after`. Pure.
 *
 * Cron speaks of the clock on the wall, and each of its times comes once a day, whatever is done to the clock: times that the
 * clock jumps over in spring come together, right after the jump; of an hour that it shows twice in autumn the first one
 * counts. A library's own rules for these nights differ with the way an expression is written, so the library is only asked
 * for times of the clock, and `wall-clock.ts` says when these are.
 */
export function nextRuns({ cron, timeZone }: CronTime, after: Date, howMany: number = RUNS_SHOWN): Date[] {
  // As if the clock on the wall were in UTC, which is never put forward or back.
  const pattern = new Cron(cron, { mode: '5-part', paused: true, timezone: 'UTC' });
  const runs: Date[] = [];
  let wall: Date | null = new Date(wallOf(after.getTime(), timeZone) - PUT_BACK_AT_MOST_MS);
  let last = after.getTime();
  while (runs.length < howMany) {
    wall = pattern.nextRun(wall);
    if (wall === null) return runs;
    const instant = instantOf(wall.getTime(), timeZone);
    if (instant <= last) continue;
    runs.push(new Date(instant));
    last = instant;
  }
  return runs;
}

/** @returns null if it never fires again */
export function nextRun(time: CronTime, after: Date): Date | null {
  return nextRuns(time, after, 1)[0] ?? null;
}

function badCron(cron: string, reason: string): BackupError {
  const value = cron.slice(0, MAX_CRON_LENGTH);
  return new BackupError(
    'validation_error',
    `${JSON.stringify(value)} is no timetable: ${reason}. Example: "30 2 * * *" is every night at 2:30.`,
    { parameter: 'cron', value },
  );
}
