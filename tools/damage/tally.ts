import { seeded, randomDamage, tryDamage, type Damage, type Outcome } from './try-damage.ts';
import { storedForms, type Form } from './stored-forms.ts';

/** What became of many damages of one form. */
export interface Tally {
  readonly form: Form;
  readonly flips: number;
  readonly cuts: number;
  /** Found by the comparison with the manifest. */
  readonly stored: number;
  readonly content: Readonly<Record<Outcome['content'], number>>;
  /** Damages that were not found, so that they can be looked at. */
  readonly missed: readonly Damage[];
}

/** Damages one form again and again, with numbers that follow from the seed. */
export async function tallyDamage(form: Form, times: number, seed: number): Promise<Tally> {
  const [stored] = await storedForms([form]);
  if (stored === undefined) throw new Error(`no form ${form}`);
  const random = seeded(seed);
  const content = { refused: 0, 'not ours': 0, same: 0, missed: 0 };
  const missed: Damage[] = [];
  let flips = 0;
  let found = 0;
  for (let time = 0; time < times; time++) {
    const damage = randomDamage(stored.bytes.length, random);
    const outcome = await tryDamage(stored, damage);
    if (damage.kind === 'flip') flips++;
    if (outcome.stored) found++;
    content[outcome.content]++;
    if (!outcome.stored || outcome.content === 'missed') missed.push(damage);
  }
  return { form, flips, cuts: times - flips, stored: found, content, missed };
}

export function addTallies(form: Form, tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    form,
    flips: sum(tally => tally.flips),
    cuts: sum(tally => tally.cuts),
    stored: sum(tally => tally.stored),
    content: {
      refused: sum(tally => tally.content.refused),
      'not ours': sum(tally => tally.content['not ours']),
      same: sum(tally => tally.content.same),
      missed: sum(tally => tally.content.missed),
    },
    missed: tallies.flatMap(tally => tally.missed),
  };
}
