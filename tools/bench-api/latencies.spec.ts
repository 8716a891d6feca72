import { describe, expect, it } from 'vitest';
import { Latencies } from './latencies.ts';

describe('percentiles', () => {
  const of = (...values: number[]) => {
    const latencies = new Latencies();
    for (const value of values) latencies.add(value);
    return latencies;
  };

  it('takes the nearest rank, in whatever order the values came', () => {
    const hundred = of(...Array.from({ length: 100 }, (_, index) => 100 - index));
    expect([
      hundred.percentile(0.5),
      hundred.percentile(0.95),
      hundred.percentile(0.99),
      hundred.worst,
    ]).toEqual([50, 95, 99, 100]);
  });

  it('counts values that come after it was asked', () => {
    const latencies = of(5);
    expect(latencies.percentile(0.95)).toBe(5);
    latencies.add(1);
    expect([latencies.percentile(0.5), latencies.count]).toEqual([1, 2]);
  });

  it('is not a number where nothing was measured', () => {
    expect(of().percentile(0.95)).toBeNaN();
  });
});
