import type { Alarm, AlarmEvent } from './alarm.js';
import { ENGLISH } from './words/english.js';
import { HINDI } from './words/hindi.js';
import { moment, type Phrase, type Phrases } from './words/phrases.js';

export const ALARM_LANGUAGES = ['en', 'hi'] as const;
export type AlarmLanguage = (typeof ALARM_LANGUAGES)[number];

const PHRASES: Readonly<Record<AlarmLanguage, Phrases>> = { en: ENGLISH, hi: HINDI };

/** Longest text of a stranger in a message, in characters; names are shorter than that. */
const MAX_FACT = 200;
/** A few more than the longest words of ours with the longest facts need. */
const MAX_TITLE = 300;
const MAX_LINE = 600;

export interface AlarmWording {
  readonly language: AlarmLanguage;
  /** Where people find the web app, without a slash at its end; null where nobody has said. */
  readonly publicUrl: string | null;
}

/** A message without markup: each format writes it in its own way. No text in it has a line break or a control character. */
export interface AlarmWords {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link: { readonly label: string; readonly url: string } | null;
}

/** Says an alarm in words: the one place where messages about alarms are written. */
export function alarmWords(
  { event, alarm, at }: { readonly event: AlarmEvent; readonly alarm: Alarm | null; readonly at: Date },
  { language, publicUrl }: AlarmWording,
): AlarmWords {
  const phrases = PHRASES[language];
  const { title, lines } =
    event === 'test' || alarm === null
      ? phrases.test
      : withEvent(phrases, event, alarm, at, phraseOf(phrases, alarm));
  return {
    title: harmlessText(title, MAX_TITLE),
    lines: lines.map(line => harmlessText(line, MAX_LINE)),
    link:
      publicUrl === null ? null : { label: phrases.openSatchel, url: `${publicUrl}/backup/${pathOf(alarm)}` },
  };
}

/** What is said of an alarm itself, whatever becomes of it: for lists. */
export function describeAlarm(alarm: Alarm, language: AlarmLanguage = 'en'): Phrase {
  return phraseOf(PHRASES[language], alarm);
}

/**
 * A text of a stranger as part of a line: without what ends a line, moves the cursor or turns the direction of reading
 * round, and not longer than so many characters.
 */
export function harmlessText(text: string, maxLength: number): string {
  const flat = text
    .replace(
      /[\p{Cc}\p{Cs}\u2028\u2029\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu,
      ' ',
    )
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = [...flat];
  return characters.length <= maxLength ? flat : `${characters.slice(0, maxLength - 1).join('')}…`;
}

function withEvent(
  phrases: Phrases,
  event: Exclude<AlarmEvent, 'test'>,
  { openedAt }: Alarm,
  at: Date,
  { title, lines }: Phrase,
): Phrase {
  const since = phrases.since(moment(openedAt));
  return {
    title: `${phrases.events[event]}: ${title}`,
    // What to do is nothing any more where it is well again.
    lines: event === 'resolved' ? [since, phrases.until(moment(at))] : [...lines, since],
  };
}

function phraseOf(phrases: Phrases, { kind, subject, facts }: Alarm): Phrase {
  const say = phrases.alarms[kind] as (subject: string, facts: object) => Phrase;
  const harmless = Object.fromEntries(
    Object.entries(facts).map(([name, fact]: [string, unknown]) => [
      name,
      typeof fact === 'string' ? harmlessText(fact, MAX_FACT) : fact,
    ]),
  );
  return say(harmlessText(subject, MAX_FACT), harmless);
}

/** Where in the web app there is more about it. */
function pathOf(alarm: Alarm | null): string {
  switch (alarm?.kind) {
    case 'backup_failed':
      return jobPath(alarm.facts.jobId);
    case 'restore_failed':
      return jobPath(alarm.subject);
    case 'backup_unverified':
    case 'copy_damaged':
    case 'retention_failed':
      return 'history';
    case 'sign_in_attack':
    case 'audit_broken':
      return 'audit';
    case 'storage_nearly_full':
    case 'service_down':
      return 'system';
    default:
      return '';
  }
}

/** Ids are ours; what looks otherwise is no part of an address. */
function jobPath(jobId: string): string {
  return /^[0-9a-f-]{36}$/.test(jobId) ? `history/${jobId}` : 'history';
}
