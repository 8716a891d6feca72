import { describe, expect, it } from 'vitest';
import { Turns } from './take-turns.js';

function gate() {
  let open: () => void = () => undefined;
  const closed = new Promise<void>(resolve => (open = resolve));
  return { closed, open };
}

describe('Turns', () => {
  it('lets so many act at once, and the rest in their order as turns become free', async () => {
    const turns = new Turns('tests', { atOnce: 1, waiting: 2, patienceMs: 60_000 });
    const first = gate();
    const done: string[] = [];
    const act = (name: string, until?: Promise<void>) =>
      turns.take(async () => {
        await until;
        done.push(name);
      });
    const all = [act('a', first.closed), act('b'), act('c')];
    await expect(act('d')).rejects.toMatchObject({ kind: 'rate_limited' });
    first.open();
    await Promise.all(all);
    expect(done).toEqual(['a', 'b', 'c']);
    await act('e');
    expect(done).toHaveLength(4);
  });

  it('frees the turn of an act that fails', async () => {
    const turns = new Turns('tests', { atOnce: 1, waiting: 0, patienceMs: 10 });
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take(() => Promise.resolve(1))).toBe(1);
  });

  it('gives up a place in the queue when patience ends or nobody wants it any more', async () => {
    const turns = new Turns('tests', { atOnce: 1, waiting: 1, patienceMs: 20 });
    const first = gate();
    const running = turns.take(() => first.closed);
    await expect(turns.take(() => Promise.resolve())).rejects.toMatchObject({ kind: 'rate_limited' });
    const leave = new AbortController();
    const left = turns.take(() => Promise.resolve(), leave.signal);
    leave.abort();
    await expect(left).rejects.toMatchObject({ kind: 'cancelled' });
    first.open();
    await running;
    expect(await turns.take(() => Promise.resolve(2))).toBe(2);
  });
});
