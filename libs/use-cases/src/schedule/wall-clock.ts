const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether there is a time zone of this name in IANA's database. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a clock in the zone shows.
 *
 * @returns the moment at which a clock in UTC shows the same, in milliseconds, without parts of a second
 */
export function wallOf(instantMs: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When a clock in the zone shows a time. Of a time that comes twice, since the clock is put back, the first; of one that never
 * comes, since the clock is put forward, the moment at which it is put forward.
 *
 * @param wallMs see `wallOf`
 */
export function instantOf(wallMs: number, timeZone: string): number {
  const offsetAt = (instantMs: number): number =>
    wallOf(instantMs, timeZone) - Math.floor(instantMs / 1000) * 1000;
  const early = wallMs - DAY_MS;
  const late = wallMs + DAY_MS;
  const before = offsetAt(early);
  const after = offsetAt(late);
  const instants = [wallMs - before, wallMs - after].filter(
    instantMs => wallOf(instantMs, timeZone) === wallMs,
  );
  if (instants.length > 0) return Math.min(...instants);
  // The clock is put forward once in these two days: where exactly is found by halving.
  let [low, high] = [early, late];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
