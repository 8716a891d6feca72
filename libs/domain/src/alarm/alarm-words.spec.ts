import { describe, expect, it } from 'vitest';
import { ERROR_KINDS } from '../errors.js';
import type { Alarm, AlarmCause } from './alarm.js';
import { ALARM_KINDS } from './alarm.js';
import { ALARM_LANGUAGES, alarmWords, describeAlarm, harmlessText } from './alarm-words.js';
import { ENGLISH } from './words/english.js';
import { HINDI } from './words/hindi.js';

const AT = new Date('2026-03-01T09:15:00Z');
const JOB_ID = '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21';

function alarm(cause: AlarmCause): Alarm {
  return {
    ...cause,
    alarmId: 'id',
    openedAt: new Date('2026-03-01T02:00:00Z'),
    lastSeenAt: AT,
    timesSeen: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
  };
}

const failed = (name: string | null, subject = 'full'): Alarm =>
  alarm({ kind: 'backup_failed', subject, facts: { name, jobId: JOB_ID, error: 'unavailable' } });

describe('alarmWords', () => {
  it('says what has happened, why, since when, what to do, and where to look', () => {
    const wording = { language: 'en', publicUrl: 'https://satchel.example' } as const;
    expect(alarmWords({ event: 'raised', alarm: failed('nightly'), at: AT }, wording)).toEqual({
      title: 'Alarm: The backup "full" failed',
      lines: [
        'Name: nightly.',
        'Reason: database, queue or storage was out of reach.',
        'The earlier backups are as they were. Look at the job, remove the cause, and make a backup.',
        'Since 2026-03-01 02:00 UTC.',
      ],
      link: { label: 'Open Satchel', url: `https://satchel.example/backup/history/${JOB_ID}` },
    });
    expect(alarmWords({ event: 'resolved', alarm: failed(null), at: AT }, wording)).toMatchObject({
      title: 'Well again: The backup "full" failed',
      lines: ['Since 2026-03-01 02:00 UTC.', 'Over at 2026-03-01 09:15 UTC.'],
    });
  });

  it('has no link where nobody has said where people find the server', () => {
    const words = alarmWords({ event: 'test', alarm: null, at: AT }, { language: 'en', publicUrl: null });
    expect(words).toMatchObject({ title: 'Test: alarms of Satchel arrive here', link: null });
  });

  it('has words for everything in each language, and no English in Hindi', () => {
    for (const kind of ALARM_KINDS) {
      expect(Object.keys(ENGLISH.alarms)).toContain(kind);
      expect(Object.keys(HINDI.alarms)).toContain(kind);
    }
    for (const kind of ERROR_KINDS) expect(HINDI.errors[kind]).toMatch(/[\u0900-\u097f]/);
    for (const language of ALARM_LANGUAGES) {
      const { title, lines } = alarmWords(
        { event: 'repeated', alarm: failed(null), at: AT },
        { language, publicUrl: null },
      );
      const text = [title, ...lines].join(' ').replace(/"full"|Satchel|UTC/g, '');
      if (language === 'hi') expect(text).not.toMatch(/[A-Za-z]{2}/);
    }
  });

  it('lets no name break a line, turn the text round or go on for ever', () => {
    const name = 'a\r\nb\u2028c\u202ed\0e';
    const { title, lines } = alarmWords(
      { event: 'raised', alarm: failed(name.repeat(1000), name), at: AT },
      { language: 'en', publicUrl: 'https://satchel.example' },
    );
    for (const line of [title, ...lines]) {
      expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      expect(line.length).toBeLessThan(700);
    }
    expect(title).toContain('a b c d e');
  });

  it('puts nothing but ids of ours into an address', () => {
    const odd = alarm({
      kind: 'backup_failed',
      subject: 'full',
      facts: { name: null, jobId: '../../evil', error: 'unavailable' },
    });
    const wording = { language: 'en', publicUrl: 'https://satchel.example' } as const;
    expect(alarmWords({ event: 'raised', alarm: odd, at: AT }, wording).link?.url).toBe(
      'https://satchel.example/backup/history',
    );
  });

  it('is the same for lists, without what became of it', () => {
    expect(describeAlarm(failed(null)).title).toBe('The backup "full" failed');
  });
});

describe('harmlessText', () => {
  it('cuts between characters, and keeps what Hindi needs', () => {
    expect(harmlessText('🎒🎒🎒', 2)).toBe('🎒…');
    expect(harmlessText('  a   b ', 10)).toBe('a b');
    expect(harmlessText('\ud83d', 10)).toBe('');
    expect(harmlessText('क्\u200dष', 10)).toBe('क्\u200dष');
  });
});
