import type { TextTools } from '../../texts/use-text.js';

type Say = (tools: TextTools, groups: readonly string[]) => string;

/** The sentences that the server's retention knows. What is in them stands in groups. */
const SENTENCES: readonly (readonly [RegExp, Say])[] = [
  [/^pinned by (.+?): (.*)$/s, ({ t }, [who = '', reason = '']) => t('retention.pinned', { who, reason })],
  [/^newest good backup of type /, ({ t }) => t('retention.newestGood')],
  [
    /^newest of week (\d+) of (\d+)$/,
    ({ t }, [week = '', year = '']) => t('retention.newestOfWeek', { week, year }),
  ],
  [
    /^newest of (\d{4})-(\d\d)-(\d\d)$/,
    (tools, [year, month, day]) =>
      period(tools, { day: 'numeric', month: 'short', year: 'numeric' }, `${year}-${month}-${day}`),
  ],
  [
    /^newest of ([A-Z][a-z]+) (\d{4})$/,
    (tools, [month, year]) =>
      period(tools, { month: 'long', year: 'numeric' }, `${month} 1, ${year} 00:00 UTC`),
  ],
  [/^newest of (\d{4})$/, ({ t }, [year = '']) => t('retention.newestOfPeriod', { period: year })],
  [/^the newest one$/, ({ t }) => t('retention.newestOne')],
  [/^one of the newest (\d+)$/, ({ t }, [count]) => t('retention.oneOfNewest', { count: Number(count) })],
  [/^younger than (\d+) days$/, ({ t }, [count]) => t('retention.younger', { count: Number(count) })],
  [
    /^older than (\d+) days, and no rule keeps it$/,
    ({ t }, [count]) => t('retention.older', { count: Number(count) }),
  ],
  [
    /^older than (\d+) days, and not a good backup/,
    ({ t }, [count]) => t('retention.olderBad', { count: Number(count) }),
  ],
  [
    /^could not be deleted (once|\d+ times) since (\S+ \S+) UTC; tried again after (\S+ \S+) UTC$/,
    ({ t, format }, [times = '', since = '', next = '']) =>
      t('retention.failed', {
        count: times === 'once' ? 1 : Number.parseInt(times, 10),
        since: format.dateTime(moment(since)),
        next: format.dateTime(moment(next)),
      }),
  ],
];

/**
 * Why a backup stays or goes, in the person's language. The server says it in English; a sentence that is not known here, from
 * a newer server or about a file, stands as it is.
 */
export function retentionText(tools: TextTools, reason: string): string {
  for (const [pattern, say] of SENTENCES) {
    const found = pattern.exec(reason);
    if (found !== null) return say(tools, found.slice(1));
  }
  return reason;
}

/** Whether a reason tells of a delete that has failed, and when it is tried again. */
export function isFailedDelete(reason: string): boolean {
  return reason.startsWith('could not be deleted ');
}

function period({ t, locale }: TextTools, style: Intl.DateTimeFormatOptions, at: string): string {
  const name = new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(new Date(at));
  return t('retention.newestOfPeriod', { period: name });
}

/** `2026-03-01 02:15`, which is UTC. */
function moment(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}Z`);
}
