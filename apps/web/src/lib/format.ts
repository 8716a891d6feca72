/** Numbers, sizes and times for people. */
export interface Format {
  readonly number: (value: number) => string;
  readonly percent: (share: number) => string;
  /** `12.4 MB`; thousands, as file managers count. */
  readonly bytes: (bytes: number) => string;
  readonly bytesPerSecond: (bytes: number) => string;
  /** `2 min 5 sec`; the two largest units. */
  readonly duration: (ms: number) => string;
  /** `3 hours ago`, `in 2 days`; the largest unit that is not zero. */
  readonly relative: (at: Date | string, now: Date) => string;
  readonly dateTime: (at: Date | string) => string;
  readonly exact: (at: Date | string) => string;
  readonly day: (at: Date | string) => string;
  readonly list: (items: readonly string[]) => string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/**
 * Makes the formats of one locale; they are costly to make and cheap to use.
 *
 * @param justNow what a moment less than a minute away is called, in place of the bare “now”
 */
export function createFormat(locale: string, justNow?: string): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });

  const bytes = (value: number) => {
    const { scaled, unit } = scaleBytes(value);
    const text = unitFormat(locale, unit, scaled < 10 && unit !== 'byte' ? 1 : 0).format(scaled);
    // A number does not part from its unit at the end of a line.
    return text.replace(' ', '\u00a0');
  };

  return {
    number: value => number.format(value),
    percent: share => percent.format(share),
    bytes,
    bytesPerSecond: value => `${bytes(value)}/s`,
    duration: ms => duration(locale, ms),
    relative: (at, now) => {
      const seconds = (new Date(at).getTime() - now.getTime()) / 1_000;
      for (const [unit, length] of UNITS) {
        const count = Math.trunc(seconds / length);
        if (count !== 0) return relative.format(count, unit);
      }
      return justNow ?? relative.format(0, 'second');
    },
    dateTime: at => dateTime.format(new Date(at)),
    exact: at => exact.format(new Date(at)),
    day: at => day.format(new Date(at)),
    list: items => list.format(items),
  };
}

function scaleBytes(bytes: number): { scaled: number; unit: (typeof BYTE_UNITS)[number] } {
  let scaled = bytes;
  let index = 0;
  // 999.6 would be written as 1,000.
  while (scaled >= 999.5 && index < BYTE_UNITS.length - 1) {
    scaled /= 1_000;
    index += 1;
  }
  return { scaled, unit: BYTE_UNITS[index] ?? 'byte' };
}

const unitFormats = new Map<string, Intl.NumberFormat>();

function unitFormat(locale: string, unit: string, digits: number): Intl.NumberFormat {
  const key = `${locale}/${unit}/${digits}`;
  const made =
    unitFormats.get(key) ??
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      // Short, a byte has no plural in English.
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      minimumFractionDigits: 0,
      maximumFractionDigits: digits,
    });
  unitFormats.set(key, made);
  return made;
}

function duration(locale: string, ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (ms > 0 && ms < 950) return unitFormat(locale, 'second', 1).format(Math.max(0.1, ms / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3_600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return unitFormat(locale, 'second', 0).format(0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => unitFormat(locale, unit, 0).format(count))
    .join(' ');
}
