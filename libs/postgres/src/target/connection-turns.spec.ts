import { describe, expect, it } from 'vitest';
import { ConnectionTurns, type SpareWork } from './connection-turns.js';

/** Something that ends when it is told to. */
function held(): { readonly ended: Promise<void>; end(): void } {
  let end = (): void => undefined;
  const ended = new Promise<void>(resolve => (end = resolve));
  return { ended, end: () => end() };
}

/** So many steps that each take some time, and note that they were done. */
class Steps implements SpareWork {
  /** Called when the first step begins. */
  onBegin: () => void = () => undefined;

  constructor(
    public left: number,
    private readonly notes: string[],
  ) {}

  get isWaiting(): boolean {
    return this.left > 0;
  }

  async step(): Promise<void> {
    this.notes.push('step begins');
    this.onBegin();
    this.onBegin = () => undefined;
    await Promise.resolve();
    this.left--;
    this.notes.push('step ends');
  }
}

/** Long enough for all that can go on without anybody's help. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
}

describe('ConnectionTurns', () => {
  it('does one thing at a time, in the order in which they were asked for', async () => {
    const turns = new ConnectionTurns();
    const notes: string[] = [];
    const first = held();
    const both = [
      turns.take(async () => {
        notes.push('first begins');
        await first.ended;
        notes.push('first ends');
      }),
      turns.take(() => Promise.resolve(notes.push('second'))),
    ];
    await rest();
    expect(notes).toEqual(['first begins']);
    first.end();
    await Promise.all(both);
    expect(notes).toEqual(['first begins', 'first ends', 'second']);
  });

  it('goes on after somebody has failed, who alone hears of it', async () => {
    const turns = new ConnectionTurns();
    const failing = turns.take(() => Promise.reject(new Error('refused')));
    const next = turns.take(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('refused');
    expect(await next).toBe('done');
  });

  it('does spare work step by step whenever nobody waits', async () => {
    const turns = new ConnectionTurns();
    const notes: string[] = [];
    const steps = new Steps(3, notes);
    turns.addSpare(steps);
    const before = turns.take(() => Promise.resolve(notes.push('asked for before')));
    await turns.take(() => Promise.resolve(notes.push('asked for at once')));
    await before;
    await turns.take(() => Promise.resolve(notes.push('asked for next, without a pause')));
    steps.onBegin = () =>
      queueMicrotask(() => void turns.take(() => Promise.resolve(notes.push('asked for meanwhile'))));
    await rest();
    expect(notes).toEqual([
      'asked for before',
      'asked for at once',
      'asked for next, without a pause',
      'step begins',
      'step ends',
      'asked for meanwhile',
      'step begins',
      'step ends',
      'step begins',
      'step ends',
    ]);
  });

  it('finishes all spare work when it is told to', async () => {
    const turns = new ConnectionTurns();
    const work = [new Steps(2, []), new Steps(3, [])];
    for (const steps of work) turns.addSpare(steps);
    await turns.finish();
    expect(work.map(({ left }) => left)).toEqual([0, 0]);
  });

  it('tells whoever comes next that a step has failed, and begins nothing any more', async () => {
    const turns = new ConnectionTurns();
    let begun = 0;
    turns.addSpare({ isWaiting: true, step: () => Promise.reject(new Error(`step ${++begun} failed`)) });
    await turns.take(() => Promise.resolve());
    await rest();
    await expect(turns.take(() => Promise.resolve(begun++))).rejects.toThrow('step 1 failed');
    await expect(turns.finish()).rejects.toThrow('step 1 failed');
    expect(begun).toBe(1);
  });

  it('waits for the step that is being done when it is stopped, and begins no other', async () => {
    const turns = new ConnectionTurns();
    const step = held();
    let begun = 0;
    turns.addSpare({ isWaiting: true, step: () => (begun++, step.ended) });
    await turns.take(() => Promise.resolve());
    await rest();
    let stopped = false;
    const stopping = turns.stop().then(() => (stopped = true));
    await rest();
    expect(stopped).toBe(false);
    step.end();
    await stopping;
    await rest();
    expect(begun).toBe(1);
  });
});
