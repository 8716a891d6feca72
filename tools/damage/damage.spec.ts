import { expect, it } from 'vitest';
import { FORMS, storedForms } from './stored-forms.ts';
import { tallyDamage } from './tally.ts';
import { damaged, randomDamage, seeded, tryDamage } from './try-damage.ts';

const TIMES = 400;

it.each(FORMS)(
  'finds every one of some hundred damages of a stored backup (%s)',
  async form => {
    const { flips, cuts, stored, content, missed } = await tallyDamage(form, TIMES, 20260301);
    expect(missed).toEqual([]);
    expect(flips + cuts).toBe(TIMES);
    expect([flips > 0, cuts > 0]).toEqual([true, true]);
    expect(stored).toBe(TIMES);
    // Without the manifest too, but for bits that mean nothing.
    expect(content.missed).toBe(0);
    expect(content.same).toBeLessThan(TIMES / 20);
  },
  120_000,
);

it('takes an undamaged backup for what it is', async () => {
  for (const stored of await storedForms()) {
    // The whole file is kept: nothing is damaged.
    expect(await tryDamage(stored, { kind: 'cut', at: stored.bytes.length, by: 0 })).toEqual({
      stored: false,
      content: 'same',
    });
  }
});

it('damages what it says, the same way for the same seed', () => {
  const bytes = Buffer.from('some bytes');
  const [one, two] = [seeded(7), seeded(7)];
  for (let time = 0; time < 100; time++) {
    const damage = randomDamage(bytes.length, one);
    expect(randomDamage(bytes.length, two)).toEqual(damage);
    const after = damaged(bytes, damage);
    expect(after.equals(bytes)).toBe(false);
    expect(after.length).toBe(damage.kind === 'cut' ? damage.at : bytes.length);
  }
});
