import { describe, expect, it } from 'vitest';
import { Prng } from './prng.js';

describe('Prng', () => {
  it('yields the same numbers for the same seed on every machine', () => {
    const random = new Prng('satchel');
    expect(Array.from({ length: 4 }, () => random.next())).toMatchInlineSnapshot(`
      [
        2560444925,
        65248344,
        3531895362,
        1287503293,
      ]
    `);
  });

  it('yields other numbers for another seed, however alike', () => {
    const firsts = Array.from({ length: 1_000 }, (_, index) => new Prng(`student/${index}`).next());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('spreads evenly', () => {
    const random = new Prng('even');
    const counts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < 100_000; draw += 1) {
      const digit = random.below(10);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('keeps to its bounds', () => {
    const random = new Prng('bounds');
    const draws = Array.from({ length: 10_000 }, () => ({
      between: random.between(3, 5),
      never: random.chance(0),
      always: random.chance(100),
    }));
    expect(new Set(draws.map(draw => draw.between))).toEqual(new Set([3, 4, 5]));
    expect(draws.some(draw => draw.never)).toBe(false);
    expect(draws.every(draw => draw.always)).toBe(true);
    expect(random.digits(12)).toMatch(/^\d{12}$/);
  });
});
