import type { Schedule } from '@satchel/domain';
import type { ShownSchedule } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { counted } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';

export function reportSchedule(message: string, schedule: ShownSchedule): Outcome {
  const { nextRuns, timeZone } = schedule;
  return {
    message,
    text: fields([
      ['type', schedule.scopeName],
      ['cron', `${schedule.cron} (${timeZone})`],
      ['compression', schedule.compression],
      ['kept in', keptIn(schedule)],
      ['next', nextRuns.length === 0 ? 'paused' : inZone(nextRuns[0], timeZone)],
      ...nextRuns.slice(1).map((at): [string, string] => ['', inZone(at, timeZone)]),
    ]),
    data: scheduleData(schedule),
    warnings: [],
  };
}

export function reportSchedules(schedules: readonly ShownSchedule[]): Outcome {
  return {
    message:
      schedules.length === 0
        ? 'There is no schedule; "backup_system schedule add" makes one.'
        : `${counted(schedules.length, 'schedule')}:`,
    text:
      schedules.length === 0
        ? ''
        : table(
            [
              { title: 'schedule' },
              { title: 'type' },
              { title: 'cron' },
              { title: 'time zone' },
              { title: 'kept in' },
              { title: 'next' },
              { title: 'last' },
            ],
            schedules.map(schedule => [
              schedule.name,
              schedule.scopeName,
              schedule.cron,
              schedule.timeZone,
              keptIn(schedule),
              schedule.paused ? 'paused' : inZone(schedule.nextRunAt ?? undefined, schedule.timeZone),
              inZone(schedule.lastRunAt ?? undefined, schedule.timeZone) || 'never',
            ]),
          ),
    data: { schedules: schedules.map(scheduleData) },
    warnings: [],
  };
}

export function scheduleGone({ name, scheduleId }: Schedule): Outcome {
  return {
    message: `Removed the schedule ${name}; backups that it has made stay.`,
    text: '',
    data: { schedule_id: scheduleId, name },
    warnings: [],
  };
}

/** `local, off-site, tape (unknown)`: the last one is in the settings no more. */
function keptIn({ destinations, unknownDestinations }: ShownSchedule): string {
  if (destinations === null) return 'all';
  return destinations
    .map(name => (unknownDestinations.includes(name) ? `${name} (unknown)` : name))
    .join(', ');
}

/** `Mon 2026-03-02 02:30`: what the clock in the zone shows then. */
function inZone(at: Date | undefined, timeZone: string): string {
  if (at === undefined) return '';
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find(part => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
}

function scheduleData(schedule: ShownSchedule) {
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    schedule_id: schedule.scheduleId,
    name: schedule.name,
    backup_type: schedule.scopeName,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    compression: schedule.compression,
    destinations: schedule.destinations,
    unknown_destinations: schedule.unknownDestinations,
    paused: schedule.paused,
    next_run_at: iso(schedule.nextRunAt),
    next_runs: schedule.nextRuns.map(iso),
    last_run_at: iso(schedule.lastRunAt),
    last_job_id: schedule.lastJobId,
    created_by: schedule.createdBy,
    created_at: iso(schedule.createdAt),
  };
}
