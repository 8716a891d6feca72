import { expect, it } from 'vitest';
import { AgainLater, bullOptions } from './bull-options.js';

it('takes a URL apart, decoding what had to be encoded in it', () => {
  expect(bullOptions('rediss://me:p%40ss@redis.example:6380/3').redis).toMatchObject({
    host: 'redis.example',
    port: 6380,
    db: 3,
    username: 'me',
    password: 'p@ss',
    tls: {},
  });
  const plain = bullOptions('redis://[::1]').redis;
  expect(plain).toMatchObject({ host: '::1', port: 6379, db: 0 });
  expect(plain).not.toHaveProperty('tls');
  expect(plain).not.toHaveProperty('password');
});

it('tries a job again when it is told to, and not otherwise', () => {
  const again = bullOptions('redis://host').settings?.backoffStrategies?.['asTold'];
  expect(again?.(1, new AgainLater(700))).toBe(700);
  expect(again?.(1, new Error('a bug'))).toBe(-1);
});
