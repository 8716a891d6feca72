import { describe, expect, it } from 'vitest';
import { english } from '../../testing/samples.js';
import { timeInZone, timetableText } from './timetable-words.js';
import { readCron, withRhythm, writeCron } from './timetable.js';

const words = (cron: string) => timetableText(english, readCron(cron));

describe('a timetable', () => {
  it.each([
    ['0 * * * *', 'every hour'],
    ['15 * * * *', 'every hour, 15 minutes past'],
    ['30 2 * * *', 'every day at 02:30'],
    ['0 4 * * SUN', 'every Sunday at 04:00'],
    ['0 4 * * 7', 'every Sunday at 04:00'],
    ['0 18 * * 1-5', 'every day from Monday to Friday at 18:00'],
    ['0 18 * * sun,mon', 'every Monday and Sunday at 18:00'],
    ['0 18 * * MON,WED,FRI', 'every Monday, Wednesday and Friday at 18:00'],
    ['5 3 1 * *', 'on day 1 of each month at 03:05'],
  ])('says “%s” in words', (cron, text) => {
    expect(words(cron)).toBe(text);
  });

  it.each([
    '*/10 * * * *',
    '0 2 * 1 *',
    '0 2 1 * SUN',
    '0 25 * * *',
    '0 2 * * 5-1',
    '0 2 * *',
    '1 2 3 4 5 6',
    'x',
  ])('leaves “%s” as it is written', cron => {
    expect(words(cron)).toBe(cron);
  });

  it('writes what it has read', () => {
    for (const cron of [
      '0 * * * *',
      '30 2 * * *',
      '0 4 * * SUN',
      '0 4 * * MON,FRI',
      '5 3 1 * *',
      '*/5 1 * * *',
    ]) {
      expect(writeCron(readCron(cron))).toBe(cron);
    }
  });

  it('keeps the time of the clock when the rhythm changes', () => {
    const daily = readCron('45 23 * * *');
    expect(writeCron(withRhythm(daily, 'week'))).toBe('45 23 * * SUN');
    expect(writeCron(withRhythm(daily, 'month'))).toBe('45 23 1 * *');
    expect(writeCron(withRhythm(daily, 'other'))).toBe('45 23 * * *');
  });

  it('shows moments by the clock of its own zone', () => {
    expect(timeInZone('en-GB', '2026-03-01T21:00:00.000Z', 'Asia/Kolkata')).toBe('Mon 2 Mar, 02:30');
  });
});
