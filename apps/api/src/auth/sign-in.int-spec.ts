import { createTestDatabase, FixedClock, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { signIn, startTestApi, TEST_ADMIN, type TestApi } from '../testing/start-test-api.js';
import { addTestUser } from '../testing/test-user.js';
import { ME_REPLY, SESSION_OPENED } from './auth.dto.js';

const MINUTE_MS = 60_000;

const SESSION_ID = ME_REPLY.extend({ session_id: z.uuid() });

let database: TestDatabase;
let api: TestApi;
const clock = new FixedClock();

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({
    env: { DATABASE_URL: database.url, ACCESS_TOKEN_MINUTES: '10', SESSION_DAYS: '14' },
    clock,
  });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

// Waits and limits of one test are none of the next one's.
beforeEach(async () => {
  clock.advance(16 * MINUTE_MS);
  await signIn(api.url, TEST_ADMIN);
});

function login(username: string, password: string) {
  return api.call('POST', '/backup/api/auth/login/', { token: null, body: { username, password } });
}

function refresh(token: string) {
  return api.call('POST', '/backup/api/auth/refresh/', { token: null, body: { refresh_token: token } });
}

const me = (token: string | null) => api.call('GET', '/backup/api/auth/me/', { token });

async function open() {
  const { json } = await login(TEST_ADMIN.username, TEST_ADMIN.password);
  const opened = SESSION_OPENED.parse(json['data']);
  return { ...opened, access: opened.access_token ?? '', refresh: opened.refresh_token ?? '' };
}

it('opens a session for the right password, and says who signed in', async () => {
  const { status, json, headers } = await login('ADMIN', TEST_ADMIN.password);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.getSetCookie()).toEqual([]);
  const opened = SESSION_OPENED.parse(json['data']);
  expect(opened.user).toMatchObject({ username: 'admin', roles: ['administrator'] });
  expect(opened.user.permissions).toContain('backup.change_user');
  const asked = await me(opened.access_token);
  expect(ME_REPLY.parse(asked.json['data'])).toMatchObject({
    session_id: opened.session_id,
    token_id: null,
    csrf_token: opened.csrf_token,
  });
});

it('says the same of a wrong password and of an unknown name', async () => {
  const wrong = await login('admin', 'not the password');
  const unknown = await login('nobody-of-that-name', 'not the password');
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(wrong.json).toMatchObject({ error_type: 'auth_error', message: unknown.json['message'] });
});

it('lets nobody try one password after the other, and says how long to wait', async () => {
  const user = await addTestUser(api);
  for (let n = 0; n < 5; n++) expect((await login(user.username, `guess ${n}`)).status).toBe(401);
  const locked = await login(user.username, user.password);
  expect(locked.status).toBe(429);
  expect(locked.json).toMatchObject({ error_type: 'rate_limited' });
  expect(locked.headers.get('retry-after')).toBe('2');
  clock.advance(2000);
  expect((await login(user.username, user.password)).status).toBe(200);
});

it('limits how often one address may sign in, whoever does', async () => {
  clock.advance(MINUTE_MS);
  const statuses: number[] = [];
  for (let n = 0; n < 65; n++) {
    statuses.push((await api.call('POST', '/backup/api/auth/refresh', { token: null, body: {} })).status);
  }
  expect(statuses.filter(status => status === 401)).toHaveLength(60);
  const last = await login('admin', TEST_ADMIN.password);
  expect(last.status).toBe(429);
  expect(Number(last.headers.get('retry-after'))).toBe(60);
  expect((await me(null)).status).toBe(401);
  clock.advance(MINUTE_MS);
  expect((await login('admin', TEST_ADMIN.password)).status).toBe(200);
});

it('refuses an access token after its minutes, and takes the next one', async () => {
  const session = await open();
  // A token that was taken before is remembered, but no longer than its time.
  expect((await me(session.access)).status).toBe(200);
  clock.advance(10 * MINUTE_MS);
  const late = await me(session.access);
  expect(late.status).toBe(401);
  expect(late.headers.get('www-authenticate')).toBe('Bearer');
  const renewed = SESSION_OPENED.parse((await refresh(session.refresh)).json['data']);
  expect(renewed.session_id).toBe(session.session_id);
  expect((await me(renewed.access_token)).status).toBe(200);
});

it('ends the session when a refresh token is used again later', async () => {
  const session = await open();
  const renewed = SESSION_OPENED.parse((await refresh(session.refresh)).json['data']);
  expect(renewed.refresh_token).not.toBe(session.refresh);
  clock.advance(11_000);
  expect((await refresh(session.refresh)).status).toBe(401);
  expect((await me(renewed.access_token)).status).toBe(401);
  expect((await refresh(renewed.refresh_token ?? '')).status).toBe(401);
  const { json } = await api.call('GET', '/backup/api/audit/?action=session.refresh', {
    token: (await open()).access,
  });
  expect(json['data']).toMatchObject({ total: 1, items: [{ outcome: 'refused' }] });
});

it('refuses the tokens of a session from the moment that it is signed out', async () => {
  const [mine, other] = [await open(), await open()];
  expect((await me(mine.access)).status).toBe(200);
  const out = await api.call('POST', '/backup/api/auth/logout/', { token: mine.access });
  expect(out.status).toBe(200);
  expect((await me(mine.access)).status).toBe(401);
  expect((await refresh(mine.refresh)).status).toBe(401);
  expect((await me(other.access)).status).toBe(200);
});

it('notices within a second what another process has ended', async () => {
  const session = await open();
  expect((await me(session.access)).status).toBe(200);
  await query(database.url, 'DELETE FROM satchel.session WHERE session_id = $1', [session.session_id]);
  clock.advance(1000);
  expect((await me(session.access)).status).toBe(401);
});

it('lists the own sessions, and ends them by themselves or all but one', async () => {
  const user = await addTestUser(api);
  const [first, second, third] = [
    await signIn(api.url, user),
    await signIn(api.url, user),
    await signIn(api.url, user),
  ];
  const listed = await api.call('GET', '/backup/api/auth/sessions/', { token: first });
  const sessions = listed.json['data'] as { session_id: string; current: boolean; address: string }[];
  expect(sessions).toHaveLength(3);
  expect(sessions.filter(({ current }) => current)).toHaveLength(1);
  expect(sessions[0]?.address).toBe('127.0.0.1');
  const own = SESSION_ID.parse((await me(second)).json['data']).session_id;
  expect((await api.call('DELETE', `/backup/api/auth/sessions/${own}/`, { token: first })).status).toBe(200);
  expect((await me(second)).status).toBe(401);
  const others = await api.call('DELETE', '/backup/api/auth/sessions/', { token: first });
  expect(others.json['data']).toEqual({ ended_sessions: 1 });
  expect([(await me(first)).status, (await me(third)).status]).toEqual([200, 401]);
});

it("does not end another person's session", async () => {
  const strangers = SESSION_ID.parse((await me((await open()).access)).json['data']).session_id;
  const token = await signIn(api.url, await addTestUser(api));
  const answer = await api.call('DELETE', `/backup/api/auth/sessions/${strangers}/`, { token });
  expect(answer.status).toBe(404);
});

it('changes the own password for who knows the old one, and signs out everywhere else', async () => {
  const user = await addTestUser(api);
  const [here, there] = [await signIn(api.url, user), await signIn(api.url, user)];
  const change = (old_password: string, password: string) =>
    api.call('POST', '/backup/api/auth/password/', { token: here, body: { old_password, password } });
  const wrong = await change('not the old one', 'another good password');
  expect(wrong.status).toBe(400);
  expect(wrong.json).toMatchObject({ details: { parameter: 'old_password' } });
  expect((await change(user.password, 'short')).status).toBe(400);
  expect((await change(user.password, 'another good password')).status).toBe(200);
  expect([(await me(here)).status, (await me(there)).status]).toEqual([200, 401]);
  expect((await login(user.username, user.password)).status).toBe(401);
  expect((await login(user.username, 'another good password')).status).toBe(200);
});

it('lets somebody with a first password do nothing but choose their own', async () => {
  const user = await addTestUser(api, { roles: ['administrator'], mustChangePassword: true });
  const token = await signIn(api.url, user);
  const refused = await api.call('GET', '/backup/api/users/', { token });
  expect(refused.status).toBe(403);
  expect(refused.json).toMatchObject({
    error_type: 'permission_error',
    message: expect.stringContaining('password of your own') as string,
    details: { must_change_password: true },
  });
  expect((await api.call('GET', '/backup/api/auth/sessions/', { token })).status).toBe(403);
  expect(ME_REPLY.parse((await me(token)).json['data']).user.must_change_password).toBe(true);
  await api.call('POST', '/backup/api/auth/password/', {
    token,
    body: { old_password: user.password, password: 'a password of my own' },
  });
  expect((await api.call('GET', '/backup/api/users/', { token })).status).toBe(200);
});

it('says nothing of a body that it refuses but which fields are wrong', async () => {
  const { status, text } = await api.call('POST', '/backup/api/auth/login/', {
    token: null,
    body: { username: 'admin', password: 'hunter2hunter2', surprise: true },
  });
  expect(status).toBe(400);
  expect(text).toContain('surprise');
  expect(text).not.toContain('hunter2');
});

it('answers every one of many requests that come at the same time', { timeout: 20_000 }, async () => {
  const { access } = await open();
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => me(access)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  }
});
