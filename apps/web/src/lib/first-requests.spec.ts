import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeApi, FakeError } from '../testing/fake-api.js';
import { askFirst, takeFirstAnswer } from './first-requests.js';

const ME = {
  user: { username: 'admin', must_change_password: false },
  permissions: ['backup.view_backupjob'],
};
const request = (path: string, method = 'GET') =>
  new Request(new URL(`/backup/api/${path}`, location.href), { method });
const settled = () => new Promise(resolve => setTimeout(resolve, 20));

function signIn() {
  document.cookie = 'satchel_csrf=token';
}

afterEach(() => {
  document.cookie = 'satchel_csrf=; expires=Thu, 01 Jan 1970 00:00:00 GMT';
  void takeFirstAnswer(request('auth/me'));
  void takeFirstAnswer(request('system/status'));
  vi.useRealTimers();
});

describe('what is asked before the app is there', () => {
  it('is who is there and how things are, each for one request of the app', async () => {
    signIn();
    const api = fakeApi({ 'GET auth/me': ME, 'GET system/status': { healthy: true } });
    askFirst('');
    await settled();
    expect(api.asked).toEqual(['GET auth/me', 'GET system/status']);
    const me = await takeFirstAnswer(request('auth/me'));
    expect(await me?.json()).toMatchObject({ data: ME });
    expect(takeFirstAnswer(request('auth/me'))).toBeUndefined();
    expect(takeFirstAnswer(request('system/status', 'POST'))).toBeUndefined();
  });

  it('is nothing that a person may not see, nor anything but who is there on other pages', async () => {
    signIn();
    const api = fakeApi({ 'GET auth/me': { ...ME, permissions: [] } });
    askFirst('');
    await settled();
    api.routes['GET auth/me'] = ME;
    askFirst('history');
    await settled();
    expect(api.asked).toEqual(['GET auth/me', 'GET auth/me']);
  });

  it('is nothing at all while nobody is signed in', () => {
    const api = fakeApi({});
    askFirst('');
    expect(api.asked).toEqual([]);
  });

  it('leaves a session that has run out to the app', async () => {
    signIn();
    const api = fakeApi({ 'GET auth/me': new FakeError(401, 'auth_error', 'Your session has ended.') });
    askFirst('');
    await settled();
    expect(api.asked).toEqual(['GET auth/me']);
    expect((await takeFirstAnswer(request('auth/me')))?.status).toBe(401);
  });

  it('grows too old to be of use', () => {
    signIn();
    vi.useFakeTimers();
    fakeApi({ 'GET auth/me': ME });
    askFirst('history');
    vi.advanceTimersByTime(10_000);
    expect(takeFirstAnswer(request('auth/me'))).toBeUndefined();
  });
});
