import { startTestRedis } from './start-test-redis.js';

/** Starts a Redis, tells its port, and waits to be killed. */
export default async function child(): Promise<void> {
  const { url } = await startTestRedis();
  console.log(new URL(url).port);
  await new Promise(() => undefined);
}
