/** What people mean by a timetable. Everything else that cron can say stays as it is written. */
export type Timetable =
  | { readonly every: 'hour'; readonly minute: number }
  | { readonly every: 'day'; readonly hour: number; readonly minute: number }
  | {
      readonly every: 'week';
      readonly weekdays: readonly number[];
      readonly hour: number;
      readonly minute: number;
    }
  | { readonly every: 'month'; readonly day: number; readonly hour: number; readonly minute: number }
  | { readonly every: 'other'; readonly cron: string };

export type Rhythm = Timetable['every'];

export const RHYTHMS: readonly Rhythm[] = ['day', 'hour', 'week', 'month', 'other'];

const WEEKDAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Reads a cron expression as people would say it. Pure.
 *
 * @returns `other` for all that is not one time every hour, day, week or month; also for what is no cron at all
 */
export function readCron(cron: string): Timetable {
  const other: Timetable = { every: 'other', cron };
  const [minutes = '', hours = '', days = '', months = '', weekdays = '', ...rest] = cron.trim().split(/\s+/);
  const minute = numberIn(minutes, 0, 59);
  if (minute === null || months !== '*' || rest.length > 0) return other;
  if (hours === '*') return days === '*' && weekdays === '*' ? { every: 'hour', minute } : other;
  const hour = numberIn(hours, 0, 23);
  if (hour === null) return other;
  if (days === '*' && weekdays === '*') return { every: 'day', hour, minute };
  if (days === '*') {
    const chosen = weekdaysIn(weekdays);
    return chosen === null ? other : { every: 'week', weekdays: chosen, hour, minute };
  }
  const day = numberIn(days, 1, 31);
  return day === null || weekdays !== '*' ? other : { every: 'month', day, hour, minute };
}

export function writeCron(timetable: Timetable): string {
  switch (timetable.every) {
    case 'hour':
      return `${timetable.minute} * * * *`;
    case 'day':
      return `${timetable.minute} ${timetable.hour} * * *`;
    case 'week':
      return `${timetable.minute} ${timetable.hour} * * ${timetable.weekdays.map(day => WEEKDAY_NAMES[day]).join(',')}`;
    case 'month':
      return `${timetable.minute} ${timetable.hour} ${timetable.day} * *`;
    case 'other':
      return timetable.cron.trim();
  }
}

/** The same time of the clock in another rhythm; what the old one does not say is as most schools have it. */
export function withRhythm(timetable: Timetable, every: Rhythm): Timetable {
  const hour = 'hour' in timetable ? timetable.hour : 2;
  const minute = 'minute' in timetable ? timetable.minute : 30;
  switch (every) {
    case 'hour':
      return { every, minute: 'hour' in timetable || timetable.every === 'other' ? 0 : minute };
    case 'day':
      return { every, hour, minute };
    case 'week':
      return { every, weekdays: [0], hour, minute };
    case 'month':
      return { every, day: 1, hour, minute };
    case 'other':
      return { every, cron: writeCron(timetable) };
  }
}

function weekdaysIn(field: string): readonly number[] | null {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [from = '', to = from, ...rest] = part.split('-');
    const first = weekdayIn(from);
    const last = weekdayIn(to);
    if (first === null || last === null || rest.length > 0 || first > last) return null;
    for (let day = first; day <= last; day += 1) days.add(day % 7);
  }
  return [...days].sort((a, b) => a - b);
}

/** Sunday is 0 and also 7, as in cron. */
function weekdayIn(text: string): number | null {
  const named = WEEKDAY_NAMES.indexOf(text.toUpperCase());
  return named === -1 ? numberIn(text, 0, 7) : named;
}

function numberIn(text: string, least: number, most: number): number | null {
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}
