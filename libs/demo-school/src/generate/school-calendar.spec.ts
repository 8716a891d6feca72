import { describe, expect, it } from 'vitest';
import { addDays, SCHOOL_YEARS, schoolDays, sessionName } from './school-calendar.js';

describe('schoolDays', () => {
  it.each(SCHOOL_YEARS)('of %i are weekdays and Saturdays from April to March, without holidays', year => {
    const days = schoolDays(year);
    expect(days.length).toBeGreaterThan(250);
    expect(days).toEqual([...new Set(days)].sort());
    expect(days[0]?.slice(0, 7)).toBe(`${year}-04`);
    expect(days.at(-1)?.slice(0, 7)).toBe(`${year + 1}-03`);
    for (const day of days) expect(new Date(day).getUTCDay(), day).not.toBe(0);
    for (const holiday of ['08-15', '10-02', '06-10']) expect(days).not.toContain(`${year}-${holiday}`);
  });
});

describe('addDays', () => {
  it('goes over months, years and leap days, and back', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2023-12-31', 1)).toBe('2024-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
  });
});

describe('sessionName', () => {
  it('is written as schools do', () => {
    expect(sessionName(2024)).toBe('2024-25');
  });
});
