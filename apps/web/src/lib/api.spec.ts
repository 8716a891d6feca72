import { authLogin, listActiveJobs } from '@satchel/api-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeApi, FakeError } from '../testing/fake-api.js';
import { addressOf, ask } from './api.js';

const NOTHING = { items: [], total: 0 };
const ended = new FakeError(401, 'auth_error', 'Your session has ended.');

beforeEach(() => {
  document.cookie = 'satchel_csrf=key.token';
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe('asking the API', () => {
  it('takes the data out of the envelope', async () => {
    fakeApi({ 'GET jobs': NOTHING });
    expect(await ask(listActiveJobs())).toEqual(NOTHING);
  });

  it('turns an error into its kind, with what the server says', async () => {
    fakeApi({ 'GET jobs': new FakeError(503, 'unavailable', 'The database is away.') });
    await expect(ask(listActiveJobs())).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The database is away.',
    });
  });

  it('knows an answer from none', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(ask(listActiveJobs())).rejects.toMatchObject({ kind: 'offline' });
  });

  it('renews an ended session once, and asks again', async () => {
    let renewed = false;
    const api = fakeApi({
      'GET jobs': () => (renewed ? NOTHING : ended),
      'POST auth/refresh': (request: Request) => {
        renewed = request.headers.get('X-CSRF-Token') === 'key.token';
        return {};
      },
    });
    expect(await ask(listActiveJobs())).toEqual(NOTHING);
    expect(api.asked).toEqual(['GET jobs', 'POST auth/refresh', 'GET jobs']);
  });

  it('renews once for all that ask at the same time', async () => {
    let renewed = false;
    const api = fakeApi({
      'GET jobs': () => (renewed ? NOTHING : ended),
      'POST auth/refresh': () => {
        renewed = true;
        return {};
      },
    });
    await Promise.all([ask(listActiveJobs()), ask(listActiveJobs()), ask(listActiveJobs())]);
    expect(api.asked.filter(one => one === 'POST auth/refresh')).toHaveLength(1);
  });

  it('gives up where the session cannot be renewed', async () => {
    const api = fakeApi({ 'GET jobs': ended, 'POST auth/refresh': ended });
    await expect(ask(listActiveJobs())).rejects.toMatchObject({ kind: 'auth_error' });
    expect(api.asked).toEqual(['GET jobs', 'POST auth/refresh']);
  });

  it('takes a wrong password for what it is', async () => {
    const api = fakeApi({ 'POST auth/login': new FakeError(401, 'auth_error', 'Wrong.') });
    await expect(ask(authLogin({ body: { username: 'a', password: 'b' } }))).rejects.toMatchObject({
      message: 'Wrong.',
    });
    expect(api.asked).toEqual(['POST auth/login']);
  });

  it('writes addresses that the browser follows by itself', () => {
    expect(addressOf('export/history', { kind: ['backup', 'undo'], search: 'a&b', type: undefined })).toBe(
      '/backup/api/export/history?kind=backup&kind=undo&search=a%26b',
    );
  });
});
