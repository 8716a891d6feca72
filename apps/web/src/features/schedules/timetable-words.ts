import type { TextTools } from '../../texts/use-text.js';
import type { Timetable } from './timetable.js';

/** When a schedule runs, in the person's words: "every day at 02:30". */
export function timetableText(tools: TextTools, timetable: Timetable): string {
  const { t, locale } = tools;
  switch (timetable.every) {
    case 'hour':
      return timetable.minute === 0
        ? t('schedules.everyHour')
        : t('schedules.everyHourAt', { count: timetable.minute });
    case 'day':
      return t('schedules.everyDayAt', { time: clockTime(locale, timetable) });
    case 'week':
      return t('schedules.everyWeekAt', {
        days: weekdaysText(tools, mondayFirst(timetable.weekdays)),
        time: clockTime(locale, timetable),
      });
    case 'month':
      return t('schedules.everyMonthAt', { day: timetable.day, time: clockTime(locale, timetable) });
    case 'other':
      return timetable.cron;
  }
}

/** Several days in a row by their first and last. */
function weekdaysText({ t, locale, format }: TextTools, days: readonly number[]): string {
  const names = days.map(day => weekdayName(locale, day));
  const [from = '', to = ''] = [names[0], names.at(-1)];
  const inRow = days.every(
    (day, index) => index === 0 || (day + 6) % 7 === (((days[index - 1] ?? 0) + 6) % 7) + 1,
  );
  return inRow && days.length > 2 ? t('schedules.daysInRow', { from, to }) : format.list(names);
}

export function mondayFirst(weekdays: readonly number[]): readonly number[] {
  return [...weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
}

/** @param weekday 0 is Sunday */
export function weekdayName(locale: string, weekday: number, style: 'long' | 'short' = 'long'): string {
  // The fourth of January 1970 was a Sunday.
  const day = new Date(Date.UTC(1970, 0, 4 + weekday));
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(day);
}

function clockTime(locale: string, { hour, minute }: { hour: number; minute: number }): string {
  const at = new Date(Date.UTC(1970, 0, 1, hour, minute));
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(at);
}

/** A moment by the clock of a schedule's zone: what somebody there would write down. */
export function timeInZone(locale: string, at: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: isKnownZone(timeZone) ? timeZone : 'UTC',
  }).format(new Date(at));
}

/** A browser may not know every zone that the server knows. */
function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
