import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './options.ts';

describe('readOptions', () => {
  it('measures everything once by default', () => {
    expect(readOptions([])).toMatchObject({
      runs: 1,
      parts: new Set(['create', 's3', 'replace', 'merge', 'memory']),
    });
  });

  it('takes a size as students, rows or megabytes', () => {
    expect(readOptions(['--students=7'])?.students).toBe(7);
    expect(readOptions(['--attendance-rows=10000000'])?.students).toBe(19_608);
    const bySize = readOptions(['--size=500'])?.students ?? 0;
    expect(bySize).toBeGreaterThan(8_000);
    expect(bySize).toBeLessThan(16_000);
  });

  it('leaves out who is named', () => {
    expect(readOptions([])?.without).toEqual(new Set());
    expect(readOptions(['--without=restore-data,copy'])?.without).toEqual(new Set(['restore-data', 'copy']));
  });

  it('takes the server from where it is told to', () => {
    expect(readOptions([])?.server).toBeUndefined();
    expect(readOptions(['--server=embedded'])?.server).toBe('embedded');
  });

  it('compares memory at the sizes asked for', () => {
    const options = readOptions(['--memory-sizes=50,1000']);
    const [small = 0, large = 0] = options?.memoryStudents ?? [];
    expect(large / small).toBeCloseTo(20, 0);
  });

  it.each([
    ['--students=0'],
    ['--students=many'],
    ['--runs=1.5'],
    ['--only=everything'],
    ['--without=everything'],
    ['--server=elsewhere'],
    ['--frobnicate'],
    ['--size=1', '--students=1'],
  ])('refuses %s', (...args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });

  it('gives nothing to do when asked for help', () => {
    expect(readOptions(['--help'])).toBeNull();
  });
});
