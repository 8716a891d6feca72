const DAY_MS = 86_400_000;

/** The school years of the demo school; a session runs from April to March. */
export const SCHOOL_YEARS = [2023, 2024] as const;

export type SchoolYear = (typeof SCHOOL_YEARS)[number];

/** Days off beside Sundays: first and last day of each break. Fixed dates, so that no year needs a table of its own. */
const BREAKS: readonly (readonly [string, string])[] = [
  ['04-14', '04-14'],
  ['05-01', '05-01'],
  ['06-01', '06-20'],
  ['08-15', '08-15'],
  ['10-02', '10-02'],
  ['10-20', '10-25'],
  ['11-14', '11-14'],
  ['12-25', '12-31'],
  ['01-14', '01-14'],
  ['01-26', '01-26'],
  ['03-08', '03-08'],
];

/** Every school day of the session that begins in April of `year`, as `yyyy-mm-dd`, in order. */
export function schoolDays(year: SchoolYear): string[] {
  const days: string[] = [];
  const end = Date.UTC(year + 1, 3, 1);
  for (let time = Date.UTC(year, 3, 1); time < end; time += DAY_MS) {
    const date = new Date(time);
    const day = date.toISOString().slice(0, 10);
    const monthAndDay = day.slice(5);
    const off = BREAKS.some(([first, last]) => monthAndDay >= first && monthAndDay <= last);
    if (date.getUTCDay() !== 0 && !off) days.push(day);
  }
  return days;
}

/** `2024-25`, as schools write it. */
export function sessionName(year: SchoolYear): string {
  return `${year}-${String(year + 1).slice(2)}`;
}

/** The day `days` after (or before) another. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
