import { expect, it } from 'vitest';
import { whyUnfit } from './pg-dump-program.js';
import { WatchedPgDump } from './watched-pg-dump.js';

const PROGRAM = { pgDump: 'pg_dump', programPath: null };

it('asks the program once a minute at most, and lets only the first one wait', async () => {
  let now = 0;
  const asked: ((version: string | null) => void)[] = [];
  const watched = new WatchedPgDump(
    PROGRAM,
    () => now,
    () => new Promise(resolve => asked.push(resolve)),
  );
  const [first, beside] = [watched.version(), watched.version()];
  expect(asked).toHaveLength(1);
  asked[0]?.(null);
  expect(await Promise.all([first, beside])).toEqual([null, null]);
  now = 59_999;
  expect(await watched.version()).toBe(null);
  expect(asked).toHaveLength(1);

  // It has been installed meanwhile: the old answer once more, and the new one as soon as it is there.
  now = 60_000;
  expect(await watched.version()).toBe(null);
  expect(asked).toHaveLength(2);
  const learned = new Promise<void>(resolve => setImmediate(resolve));
  asked[1]?.('18.4');
  await learned;
  expect(await watched.version()).toBe('18.4');
});

it('says why a program does not fit, and nothing where it does', () => {
  expect(whyUnfit(null, PROGRAM, '18.4')).toContain('no pg_dump on this machine (pg_dump)');
  expect(whyUnfit('15.18', PROGRAM, '18.4')).toContain('one of at least 18 is needed');
  expect(whyUnfit('18.4', PROGRAM, '18.4')).toBe(null);
  expect(whyUnfit('18.4', PROGRAM, '14.2')).toBe(null);
});
