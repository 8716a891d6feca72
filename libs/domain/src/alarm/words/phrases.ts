import type { ErrorKind } from '../../errors.js';
import type { AlarmEvent, AlarmFacts, AlarmKind } from '../alarm.js';

/** What is said of one alarm: what has happened, and what to do. */
export interface Phrase {
  readonly title: string;
  readonly lines: readonly string[];
}

/** All words of one language. Subjects and facts come harmless and short: see `alarm-words.ts`. */
export interface Phrases {
  readonly alarms: {
    readonly [Kind in AlarmKind]: (subject: string, facts: AlarmFacts[Kind]) => Phrase;
  };
  readonly errors: Readonly<Record<ErrorKind, string>>;
  /** Put before a title. */
  readonly events: Readonly<Record<Exclude<AlarmEvent, 'test'>, string>>;
  readonly test: Phrase;
  readonly since: (moment: string) => string;
  readonly until: (moment: string) => string;
  readonly openSatchel: string;
}

/** `2026-03-01 09:15 UTC`: the same in every language, and on every machine. */
export function moment(at: Date | string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function gigabytes(bytes: number): string {
  const unit = bytes >= 1e9 ? { name: 'GB', size: 1e9 } : { name: 'MB', size: 1e6 };
  return `${(bytes / unit.size).toFixed(1)} ${unit.name}`;
}
