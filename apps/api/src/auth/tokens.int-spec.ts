import { randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { createTestDatabase, FixedClock, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { signIn, startTestApi, type TestApi } from '../testing/start-test-api.js';
import { newSigningKey } from '../testing/test-key-ring.js';
import { addTestUser, tokenOfNewUser } from '../testing/test-user.js';
import { ME_REPLY, TOKEN_CREATED } from './auth.dto.js';

const DAY_MS = 86_400_000;

let database: TestDatabase;
let api: TestApi;
const clock = new FixedClock();
const signingKey = newSigningKey();

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({
    env: { DATABASE_URL: database.url, SATCHEL_SIGNING_KEY: signingKey, ACCESS_TOKEN_MINUTES: '60' },
    clock,
  });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

function create(token: string, permissions: readonly string[], days = 30) {
  const expires_at = new Date(clock.now().getTime() + days * DAY_MS).toISOString();
  return api.call('POST', '/backup/api/auth/tokens/', {
    token,
    body: { name: 'script', permissions, expires_at },
  });
}

async function created(token: string, permissions: readonly string[], days?: number) {
  return TOKEN_CREATED.parse((await create(token, permissions, days)).json['data']);
}

const statusOf = async (token: string, path: string, method = 'GET') =>
  (await api.call(method, path, { token })).status;

it('may do what it was made for, and nothing else', async () => {
  const owner = await tokenOfNewUser(api, { roles: ['administrator'] });
  const { token } = await created(owner, ['backup.view_auditevent']);
  expect(token).toMatch(/^satchel_pat_/);
  const { json } = await api.call('GET', '/backup/api/auth/me', { token });
  expect(ME_REPLY.parse(json['data'])).toMatchObject({
    permissions: ['backup.view_auditevent'],
    session_id: null,
    csrf_token: null,
  });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  expect(await statusOf(token, '/backup/api/users/')).toBe(403);
  expect(await statusOf(token, '/backup/api/auth/tokens/')).toBe(403);
  expect(await statusOf(token, '/backup/api/auth/logout/', 'POST')).toBe(403);
});

it('is worth no more than its owner at the moment of use', async () => {
  const user = await addTestUser(api, { grants: ['backup.view_auditevent'] });
  const { token } = await created(await signIn(api.url, user), ['backup.view_auditevent']);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  const path = `/backup/api/users/${user.userId}/`;
  await api.call('PATCH', path, { body: { grants: [] } });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(403);
  await api.call('PATCH', path, { body: { grants: ['backup.view_auditevent'], active: false } });
  expect(await statusOf(token, '/backup/api/audit/')).toBe(401);
});

it('is given no permission that its owner lacks, and no unknown one', async () => {
  const owner = await tokenOfNewUser(api, { grants: ['backup.view_auditevent'] });
  expect((await create(owner, ['backup.change_user'])).status).toBe(403);
  expect((await create(owner, ['backup.fly'])).status).toBe(400);
  expect((await create(owner, ['backup.view_auditevent'], 400)).status).toBe(400);
});

it('is listed without its text, and revoked at once', async () => {
  const owner = await tokenOfNewUser(api, { grants: ['backup.view_auditevent'] });
  const { token, token_id } = await created(owner, ['backup.view_auditevent']);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  const listed = await api.call('GET', '/backup/api/auth/tokens/', { token: owner });
  expect(listed.json['data']).toMatchObject([{ token_id, name: 'script' }]);
  expect(listed.text).not.toContain('satchel_pat_');
  expect((await api.call('DELETE', `/backup/api/auth/tokens/${token_id}/`)).status).toBe(404);
  const revoked = await api.call('DELETE', `/backup/api/auth/tokens/${token_id}/`, { token: owner });
  expect(revoked.status).toBe(200);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(401);
});

it('is refused once it has expired', async () => {
  const owner = await tokenOfNewUser(api, { grants: ['backup.view_auditevent'] });
  const { token } = await created(owner, ['backup.view_auditevent'], 1 / 48);
  expect(await statusOf(token, '/backup/api/audit/')).toBe(200);
  clock.advance(DAY_MS / 48);
  const late = await api.call('GET', '/backup/api/audit/', { token });
  expect(late.status).toBe(401);
  expect(late.json).toMatchObject({ error_type: 'auth_error' });
});

it('is recorded when it is wrong, once a minute, without its text', async () => {
  const wrong = `satchel_pat_${'A'.repeat(43)}`;
  for (let n = 0; n < 5; n++) expect(await statusOf(wrong, '/backup/api/users/')).toBe(401);
  const admin = await tokenOfNewUser(api, { roles: ['auditor'] });
  const { json, text } = await api.call('GET', '/backup/api/audit/?action=request.refused&page_size=200', {
    token: admin,
  });
  const entries = REFUSED.parse(json['data']).items.filter(
    ({ details }) => details.reason === 'unknown token',
  );
  expect(entries.filter(({ details }) => details.route === '/backup/api/users')).toHaveLength(1);
  expect(text).not.toContain('AAAA');
});

const REFUSED = z.object({
  items: z.array(z.object({ details: z.object({ reason: z.string(), route: z.string() }) })),
});

it.each<[string, { algorithm?: 'none' | 'HS512'; key?: string; aud?: string; sid?: string }]>([
  ['no signature', { algorithm: 'none' }],
  ['another algorithm', { algorithm: 'HS512' }],
  ['another key', { key: newSigningKey() }],
  ['the signing key itself', { key: signingKey }],
  ['another audience', { aud: 'another-api' }],
])('takes no access token with %s', async (_what, change) => {
  const good = await signIn(api.url, await addTestUser(api));
  expect(await statusOf(good, '/backup/api/auth/me')).toBe(200);
  const jwt = new JwtService({});
  const { header, payload } = jwt.decode<{ header: { kid: string }; payload: object }>(good, {
    complete: true,
  });
  const claims = { ...payload, ...(change.aud === undefined ? {} : { aud: change.aud }) };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged =
    change.algorithm === 'none'
      ? `${part({ alg: 'none', typ: 'JWT', kid: header.kid })}.${part(claims)}.`
      : jwt.sign(claims, {
          secret: Buffer.from(change.key ?? randomUUID(), 'base64'),
          algorithm: change.algorithm ?? 'HS256',
          keyid: header.kid,
        });
  expect(await statusOf(forged, '/backup/api/auth/me')).toBe(401);
});

it('takes no other scheme than bearer', async () => {
  const { status } = await api.call('GET', '/backup/api/auth/me', {
    token: null,
    headers: { Authorization: `Basic ${Buffer.from('admin:a password for tests').toString('base64')}` },
  });
  expect(status).toBe(401);
});
