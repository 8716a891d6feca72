import { connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { runChild } from './conformance/run-child.js';
import { startTestRedis, type TestRedis } from './start-test-redis.js';

let redis: TestRedis | undefined;

afterEach(async () => {
  await redis?.stop();
  redis = undefined;
});

/** What Redis answers to one command in its own language; null if nobody listens. */
function ask(url: string, command: string): Promise<string | null> {
  return new Promise(resolve => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.once('data', data => {
      resolve(data.toString().trim());
      socket.destroy();
    });
    socket.once('error', () => resolve(null));
  });
}

it('is a Redis that can be stopped and started again on the same port, remembering nothing', async () => {
  redis = await startTestRedis();
  expect(await ask(redis.url, 'SET word remembered')).toBe('+OK');
  await redis.stop();
  await redis.stop();
  expect(await ask(redis.url, 'PING')).toBeNull();
  await redis.start();
  expect(await ask(redis.url, 'GET word')).toBe('$-1');
});

it('ends when the process that started it is killed', async () => {
  const child = runChild(new URL('./start-test-redis.child.ts', import.meta.url), []);
  const url = `redis://127.0.0.1:${await child.nextLine()}`;
  expect(await ask(url, 'PING')).toBe('+PONG');
  await child.kill();
  await vi.waitFor(async () => expect(await ask(url, 'PING')).toBeNull(), { timeout: 20_000 });
});
