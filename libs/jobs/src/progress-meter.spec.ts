import { FixedClock } from '@satchel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressMeter } from './progress-meter.js';

let clock: FixedClock;
let meter: ProgressMeter;

beforeEach(() => {
  clock = new FixedClock();
  meter = new ProgressMeter(clock);
});

/** Tells of steady progress, ten times a second. */
function go(
  seconds: number,
  rowsPerSecond: number,
  from: number,
  phase: 'reading' | 'applying' = 'reading',
): number {
  let rows = from;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    clock.advance(100);
    rows += rowsPerSecond / 10;
    meter.note({ phase, rows, bytes: rows * 100, totalRows: 10_000 });
  }
  return rows;
}

describe('ProgressMeter', () => {
  it('knows nothing before it is told anything', () => {
    expect(meter.read()).toBeNull();
  });

  it('gives no rate before a second is over, but all that it was told', () => {
    meter.note({ phase: 'reading', relation: 'student', rows: 5, bytes: 50, totalBytes: 500 });
    clock.advance(900);
    expect(meter.read()).toEqual({
      phase: 'reading',
      relation: 'student',
      rows: 5,
      bytes: 50,
      totalBytes: 500,
      rowsPerSecond: null,
      bytesPerSecond: null,
      secondsLeft: null,
      at: clock.now(),
    });
  });

  it('gives rates and the time left', () => {
    go(5, 100, 0);
    expect(meter.read()).toMatchObject({ rowsPerSecond: 100, bytesPerSecond: 10_000, secondsLeft: 95 });
  });

  it('estimates by bytes where both totals are known', () => {
    meter.note({ phase: 'reading', rows: 0, bytes: 0, totalRows: 10, totalBytes: 1_000 });
    clock.advance(2_000);
    meter.note({ phase: 'reading', rows: 9, bytes: 200, totalRows: 10, totalBytes: 1_000 });
    expect(meter.read()?.secondsLeft).toBe(8);
  });

  it('follows a change of pace within the window', () => {
    const rows = go(20, 100, 0);
    go(11, 10, rows);
    expect(meter.read()?.rowsPerSecond).toBe(10);
  });

  it('shows a stall as a rate of 0, with no time left that anybody could know', () => {
    go(5, 100, 0);
    clock.advance(60_000);
    expect(meter.read()).toMatchObject({ rowsPerSecond: 0, secondsLeft: null });
  });

  it('begins anew with a phase', () => {
    go(5, 1_000, 0);
    go(0.5, 10, 5_000, 'applying');
    expect(meter.read()).toMatchObject({ phase: 'applying', rowsPerSecond: null });
    go(2, 10, 5_005, 'applying');
    expect(meter.read()?.rowsPerSecond).toBe(10);
  });

  it('never says that less than nothing is left', () => {
    go(5, 10_000, 0);
    expect(meter.read()?.secondsLeft).toBe(0);
  });
});
