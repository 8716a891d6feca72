import { Secret } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHttpReceiver, type HttpReceiver } from '../testing/http-receiver.js';
import { HttpHeartbeat } from './http-heartbeat.js';

let receiver: HttpReceiver;
beforeEach(async () => {
  receiver = await startHttpReceiver();
});
afterEach(() => receiver.close());

describe('HttpHeartbeat', () => {
  it('pings the address after a success, and /fail below it after a failure', async () => {
    const heartbeat = new HttpHeartbeat(new Secret(`${receiver.origin}/ping/0f1e?who=us`));
    expect(await heartbeat.succeeded()).toBe(true);
    expect(await heartbeat.failed()).toBe(true);
    expect(receiver.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /ping/0f1e?who=us',
      'GET /ping/0f1e/fail?who=us',
    ]);
  });

  it('never throws and never waits for long', async () => {
    const heartbeat = new HttpHeartbeat(new Secret(`${receiver.origin}/ping`), 200);
    for (const mood of ['refuse', 'unavailable', 'silent', 'drip', 'redirect'] as const) {
      receiver.mood = mood;
      expect(await heartbeat.succeeded(), mood).toBe(false);
    }
    expect(receiver.elsewhere).toBe(0);
    expect(await new HttpHeartbeat(new Secret('http://127.0.0.1:1/')).failed()).toBe(false);
  });
});
