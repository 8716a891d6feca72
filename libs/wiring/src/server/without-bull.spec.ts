import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

/** Whether Bull, or what it connects to Redis with, has been loaded; both are CommonJS. */
function isBullLoaded(): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some(path =>
    /node_modules\/(bull|ioredis)\//.test(path),
  );
}

it('is loaded only where there is a Redis: a command at a shell does without', async () => {
  await import('../index.js');
  expect(isBullLoaded()).toBe(false);
  await import('./bull-queue.module.js');
  expect(isBullLoaded()).toBe(true);
});
