import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FORMS, type Form } from './stored-forms.ts';
import { addTallies, type Tally } from './tally.ts';

const HELP = `Flips bytes of stored backups at random and cuts them off, and counts how many of the damages verify finds.

  npm run check:damage -- [--flips=N] [--seed=N] [--form=plain|gzip|zstd|age]

  --flips=N   damages over all forms together, four in five of them flips; default 20000
  --seed=N    the same damages again; default another seed each time
`;

/** A thread's share; small enough that all cores are busy to the end. */
const SHARE = 5000;

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    form: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const total = whole('--flips', values.flips);
const seed = whole('--seed', values.seed);
const forms = values.form === undefined ? FORMS : FORMS.filter(form => form === values.form);
if (forms.length === 0) {
  process.stderr.write(HELP);
  process.exit(2);
}

const startedMs = performance.now();
const tallies = await runAll();
const seconds = (performance.now() - startedMs) / 1000;
const count = (number: number): string => number.toLocaleString('en-US');
process.stdout.write(
  `${'form'.padEnd(6)}${['flips', 'cuts', 'found', 'refused', 'not ours', 'same', 'missed'].map(title => title.padStart(10)).join('')}\n`,
);
for (const { form, flips, cuts, stored, content } of tallies) {
  const numbers = [flips, cuts, stored, content.refused, content['not ours'], content.same, content.missed];
  process.stdout.write(`${form.padEnd(6)}${numbers.map(number => count(number).padStart(10)).join('')}\n`);
}
const all = addTallies('plain', tallies);
const damages = all.flips + all.cuts;
process.stdout.write(
  `\n${count(all.stored)} of ${count(damages)} damages were detected by verify (seed ${seed}, ${seconds.toFixed(0)} s).\n` +
    `By the content alone, without the manifest: ${count(all.content.refused)} refused, ${count(all.content['not ours'])} not of this installation; ` +
    `${count(all.content.same)} left everything in the backup as it was; ${count(all.content.missed)} were missed.\n`,
);
for (const damage of all.missed.slice(0, 20)) process.stdout.write(`missed: ${JSON.stringify(damage)}\n`);
process.exitCode = all.missed.length === 0 && all.stored === damages ? 0 : 1;

async function runAll(): Promise<Tally[]> {
  const shares = forms.flatMap((form, index) => {
    const times = Math.floor(total / forms.length) + (index < total % forms.length ? 1 : 0);
    return Array.from({ length: Math.ceil(times / SHARE) }, (_, share) => ({
      form,
      times: Math.min(SHARE, times - share * SHARE),
      seed: seed * 1_000 + index * 100_003 + share,
    }));
  });
  const done: Tally[] = [];
  const queue = shares.values();
  const work = async (): Promise<void> => {
    for (const share of queue) {
      done.push(await inThread(share));
      if (process.stderr.isTTY) process.stderr.write(`\r${done.length} of ${shares.length} shares`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return forms.map(form =>
    addTallies(
      form,
      done.filter(tally => tally.form === form),
    ),
  );
}

function inThread(share: {
  readonly form: Form;
  readonly times: number;
  readonly seed: number;
}): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function whole(option: string, text: string): number {
  if (/^\d{1,12}$/.test(text) && Number(text) > 0) return Number(text);
  process.stderr.write(`${option} is a whole number from 1, and "${text}" is not.\n`);
  process.exit(2);
}
