import { describe, expect, it } from 'vitest';
import { BackupError } from '@satchel/domain';
import { Watched } from './watched.js';

describe('Watched', () => {
  const limits = { freshMs: 10, staleMs: 100, patienceMs: 20 };

  it('asks once for everybody who asks within moments', async () => {
    let asked = 0;
    const part = new Watched(
      'part',
      () => Promise.resolve((asked += 1)),
      limits,
      () => 0,
    );
    const answers = await Promise.all([part.read(), part.read()]);
    answers.push(await part.read());
    expect(answers).toEqual(Array(3).fill({ reachable: true, value: 1 }));
  });

  it('answers from memory while it asks again, and waits once the memory is too old', async () => {
    let nowMs = 0;
    let asked = 0;
    const part = new Watched(
      'part',
      () => Promise.resolve((asked += 1)),
      limits,
      () => nowMs,
    );
    await part.read();
    nowMs = 50;
    expect(await part.read()).toEqual({ reachable: true, value: 1 });
    await Promise.resolve();
    nowMs = 200;
    expect(await part.read()).toEqual({ reachable: true, value: 3 });
  });

  it('does not wait longer than its patience', async () => {
    const part = new Watched('queue', () => new Promise<never>(() => undefined), limits);
    expect(await part.read()).toEqual({
      reachable: false,
      kind: 'unavailable',
      problem: 'The queue did not answer within 0.02 seconds.',
    });
  });

  it('makes an error an answer, without the words of a bug', async () => {
    const away = () => Promise.reject(new BackupError('unavailable', 'The database is away.'));
    expect(await new Watched('database', away, limits).read()).toMatchObject({
      problem: 'The database is away.',
    });
    const bug = () => Promise.reject(new Error('/srv/secret'));
    expect(JSON.stringify(await new Watched('database', bug, limits).read())).not.toContain('secret');
  });
});
