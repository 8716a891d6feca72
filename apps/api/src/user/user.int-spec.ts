import { createTestDatabase, FixedClock, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { pageOf } from '../http/page.dto.js';
import { signIn, startTestApi, type TestApi } from '../testing/start-test-api.js';
import { addTestUser, tokenOfNewUser } from '../testing/test-user.js';
import { PERMISSION_REPLY } from './permission.dto.js';
import { ROLE_REPLY } from './role.dto.js';
import { NEW_PASSWORD_REPLY, NEW_USER_REPLY, USER_REPLY } from './user.dto.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({
    env: { DATABASE_URL: database.url, RATE_LIMIT_PER_MINUTE: '100000' },
    clock: new FixedClock(),
  });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const statusOf = async (token: string, path: string) => (await api.call('GET', path, { token })).status;

it('adds a user with a password that is told once and only opens the way to another', async () => {
  const { status, json, headers } = await api.call('POST', '/backup/api/users/', {
    body: { username: 'm.larsen', full_name: 'Mette Larsen', roles: ['auditor', 'auditor'] },
  });
  expect(status).toBe(201);
  expect(headers.get('cache-control')).toBe('no-store');
  const { user, password } = NEW_USER_REPLY.parse(json['data']);
  expect(user).toMatchObject({ username: 'm.larsen', roles: ['auditor'], must_change_password: true });
  const token = await signIn(api.url, { username: 'm.larsen', password: password ?? '' });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(403);
  const read = await api.call('GET', `/backup/api/users/${user.user_id}/`);
  expect(USER_REPLY.parse(read.json['data']).user_id).toBe(user.user_id);
  expect(read.text).not.toMatch(/argon2|hash/);
});

it('pages and searches', async () => {
  for (let n = 0; n < 3; n++) await addTestUser(api);
  const { json } = await api.call('GET', '/backup/api/users/?search=user_&page=2&page_size=2');
  const page = pageOf(USER_REPLY).parse(json['data']);
  expect(page).toMatchObject({ total: 3, page: 2, pages: 2, page_size: 2 });
  expect(page.items).toHaveLength(1);
});

it.each([
  [{ username: '' }, 400],
  [{ username: 'x', surprise: 1 }, 400],
  [{ username: 'x', grants: ['backup.fly'] }, 400],
  [{ username: 'x', roles: ['no_such_role'] }, 400],
  [{ username: 'x', password: 'short' }, 400],
  [{ username: 'ADMIN' }, 409],
])('refuses %j', async (body, status) => {
  expect((await api.call('POST', '/backup/api/users/', { body })).status).toBe(status);
});

it('answers a user who is not there', async () => {
  const path = '/backup/api/users/00000000-0000-4000-8000-000000000000';
  expect((await api.call('GET', path)).status).toBe(404);
  expect((await api.call('GET', '/backup/api/users/1')).status).toBe(400);
  expect((await api.call('PATCH', path, { body: {} })).status).toBe(400);
});

it('lets a change of permissions take effect with the next request', async () => {
  const user = await addTestUser(api);
  const token = await signIn(api.url, user);
  const change = (body: object) => api.call('PATCH', `/backup/api/users/${user.userId}/`, { body });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(403);
  await change({ grants: ['backup.view_auditevent'] });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  await change({ grants: [], roles: ['auditor'] });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  await change({ roles: [] });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(403);
});

it('lets a change of a role take effect for whoever has it', async () => {
  const role = { name: 'lookers', title: 'Lookers', permissions: ['backup.view_backupjob'] };
  expect((await api.call('POST', '/backup/api/roles/', { body: role })).status).toBe(201);
  const token = await tokenOfNewUser(api, { roles: ['lookers'] });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(403);
  const changed = await api.call('PATCH', '/backup/api/roles/lookers/', {
    body: { permissions: ['backup.view_auditevent'] },
  });
  expect(ROLE_REPLY.parse(changed.json['data']).permissions).toEqual(['backup.view_auditevent']);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  expect((await api.call('DELETE', '/backup/api/roles/lookers/')).status).toBe(409);
  expect((await api.call('PATCH', '/backup/api/roles/administrator/', { body: { title: 'x' } })).status).toBe(
    409,
  );
  const { json } = await api.call('GET', '/backup/api/roles/');
  expect(
    z
      .array(ROLE_REPLY)
      .parse(json['data'])
      .map(({ name }) => name),
  ).toContain('lookers');
});

it('takes everything from a user who is no longer active, at once', async () => {
  const user = await addTestUser(api, { roles: ['auditor'] });
  const token = await signIn(api.url, user);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  await api.call('PATCH', `/backup/api/users/${user.userId}/`, { body: { active: false } });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(401);
  await expect(signIn(api.url, user)).rejects.toThrow('401');
});

it('gives a new password, and ends all sessions of the old one', async () => {
  const user = await addTestUser(api);
  const token = await signIn(api.url, user);
  const { json } = await api.call('POST', `/backup/api/users/${user.userId}/reset-password/`);
  const { password } = NEW_PASSWORD_REPLY.parse(json['data']);
  expect(await statusOf(token, '/backup/api/auth/me')).toBe(401);
  await expect(signIn(api.url, user)).rejects.toThrow('401');
  expect(await statusOf(await signIn(api.url, { ...user, password }), '/backup/api/auth/me')).toBe(200);
});

it('signs a user out everywhere', async () => {
  const user = await addTestUser(api);
  const token = await signIn(api.url, user);
  const { json } = await api.call('DELETE', `/backup/api/users/${user.userId}/sessions/`);
  expect(json['data']).toEqual({ ended_sessions: 1 });
  expect(await statusOf(token, '/backup/api/auth/me')).toBe(401);
});

it('lets nobody give what they do not have', async () => {
  const token = await tokenOfNewUser(api, { grants: ['backup.change_user'] });
  const create = (body: object) => api.call('POST', '/backup/api/users/', { token, body });
  expect((await create({ username: 'accomplice', roles: ['administrator'] })).status).toBe(403);
  expect((await create({ username: 'accomplice', grants: ['backup.add_restorejob'] })).status).toBe(403);
  expect((await create({ username: 'accomplice', grants: ['backup.change_user'] })).status).toBe(201);
});

it('keeps the last administrator', async () => {
  const { json } = await api.call('GET', '/backup/api/auth/me');
  const { user_id } = z.object({ user: USER_REPLY }).parse(json['data']).user;
  const answer = await api.call('PATCH', `/backup/api/users/${user_id}/`, { body: { active: false } });
  expect(answer.status).toBe(409);
});

it('lists what can be permitted, in words', async () => {
  const { json } = await api.call('GET', '/backup/api/permissions/');
  expect(z.array(PERMISSION_REPLY).parse(json['data'])).toContainEqual({
    name: 'backup.change_user',
    title: 'Manage users and roles',
  });
});
