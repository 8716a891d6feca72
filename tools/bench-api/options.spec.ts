import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the options of the load test', () => {
  it('does everything at the size that the targets are meant for', () => {
    expect(readOptions([])).toMatchObject({ records: 100_000, clients: 50, sizeMb: 1000, uploads: 200 });
  });

  it.each([[['--only=nothing']], [['--clients=0']], [['--seconds=1000']], [['--records=1e3']], [['--what']]])(
    'refuses %s',
    args => {
      expect(() => readOptions(args)).toThrow(/--/);
    },
  );
});
