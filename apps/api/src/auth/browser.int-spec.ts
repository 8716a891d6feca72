import { createTestDatabase, FixedClock, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cookieHeader, cookiesOf, type TestCookie } from '../testing/cookie-jar.js';
import { callApi, startTestApi, TEST_ADMIN, type TestApi } from '../testing/start-test-api.js';
import { SESSION_OPENED } from './auth.dto.js';

let database: TestDatabase;
let api: TestApi;
const clock = new FixedClock();

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({ env: { DATABASE_URL: database.url, TRUST_PROXY: '1' }, clock });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

beforeEach(() => clock.advance(60_000));

function login(headers: Readonly<Record<string, string>> = {}) {
  return callApi(api.url, 'POST', '/backup/api/auth/login/', {
    body: { ...TEST_ADMIN, cookies: true },
    headers,
  });
}

interface Browser {
  cookies: Readonly<Record<string, TestCookie>>;
  readonly csrf: string;
}

async function openBrowser(): Promise<Browser> {
  const { headers, json } = await login();
  return { cookies: cookiesOf(headers), csrf: SESSION_OPENED.parse(json['data']).csrf_token };
}

/** Asks as a page does: with cookies, and with the CSRF token if it has one. */
function ask(browser: Browser, method: string, path: string, csrf: string | null = null, body?: unknown) {
  return callApi(api.url, method, path, {
    headers: {
      Cookie: cookieHeader(browser.cookies),
      ...(csrf === null ? {} : { 'X-CSRF-Token': csrf }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

const ROLE = { name: 'night_shift', title: 'Night shift', permissions: [] };

it('keeps the tokens out of the reply, and where no script reads them', async () => {
  const { headers, json } = await login();
  expect(json['data']).toMatchObject({ access_token: null, refresh_token: null });
  const cookies = cookiesOf(headers);
  expect(Object.keys(cookies).sort()).toEqual(['satchel_access', 'satchel_csrf', 'satchel_refresh']);
  for (const [name, { attributes }] of Object.entries(cookies)) {
    expect(attributes).toContain('SameSite=Strict');
    expect(attributes.includes('HttpOnly')).toBe(name !== 'satchel_csrf');
    expect(attributes.some(attribute => attribute.startsWith('Max-Age='))).toBe(true);
    expect(attributes).not.toContain('Secure');
  }
  expect(cookies['satchel_access']?.attributes).toContain('Path=/backup');
  expect(cookies['satchel_access']?.attributes).toContain('Max-Age=600');
  expect(cookies['satchel_refresh']?.attributes).toContain('Path=/backup/api/auth/refresh');
  expect(cookies['satchel_csrf']?.value).toBe(SESSION_OPENED.parse(json['data']).csrf_token);
});

it('lets cookies travel over HTTPS only where the request came by it', async () => {
  const { headers } = await login({ 'X-Forwarded-Proto': 'https' });
  for (const { attributes } of Object.values(cookiesOf(headers))) expect(attributes).toContain('Secure');
});

it('reads with the cookie alone', async () => {
  const browser = await openBrowser();
  const { status, json } = await ask(browser, 'GET', '/backup/api/auth/me');
  expect(status).toBe(200);
  expect(json['data']).toMatchObject({ csrf_token: browser.csrf });
});

it('changes nothing with the cookie alone, or with the token of another session', async () => {
  const [browser, other] = [await openBrowser(), await openBrowser()];
  for (const token of [null, '', 'nonsense', other.csrf]) {
    const { status, json } = await ask(browser, 'POST', '/backup/api/roles/', token, ROLE);
    expect(status).toBe(403);
    expect(json).toMatchObject({ error_type: 'csrf_error' });
  }
  const deleted = await ask(browser, 'DELETE', '/backup/api/roles/operator');
  expect(deleted.json).toMatchObject({ error_type: 'csrf_error' });
  const made = await ask(browser, 'POST', '/backup/api/roles/', browser.csrf, ROLE);
  expect(made.status).toBe(201);
});

it('needs no CSRF token beside a bearer token, which no browser sends by itself', async () => {
  const removed = await api.call('DELETE', '/backup/api/roles/night_shift');
  expect(removed.status).toBe(200);
});

it('goes by the header where both are sent', async () => {
  const browser = await openBrowser();
  const { status } = await callApi(api.url, 'GET', '/backup/api/auth/me', {
    token: 'nonsense',
    headers: { Cookie: cookieHeader(browser.cookies) },
  });
  expect(status).toBe(401);
});

it('renews the session with the CSRF token only', async () => {
  const browser = await openBrowser();
  const without = await ask(browser, 'POST', '/backup/api/auth/refresh');
  expect(without.status).toBe(403);
  expect(without.json).toMatchObject({ error_type: 'csrf_error' });
  const renewed = await ask(browser, 'POST', '/backup/api/auth/refresh/', browser.csrf);
  expect(renewed.status).toBe(200);
  expect(renewed.json['data']).toMatchObject({ access_token: null, refresh_token: null });
  const next = cookiesOf(renewed.headers);
  expect(next['satchel_refresh']?.value).not.toBe(browser.cookies['satchel_refresh']?.value);
  clock.advance(11_000);
  // The one that was exchanged before: it is out of the hands of its owner.
  const again = await ask(browser, 'POST', '/backup/api/auth/refresh', browser.csrf);
  expect(again.status).toBe(401);
  expect(cookiesOf(again.headers)['satchel_access']?.value).toBe('');
  const after = await ask({ ...browser, cookies: next }, 'GET', '/backup/api/auth/me');
  expect(after.status).toBe(401);
});

it('signs out with the CSRF token, and takes the cookies back', async () => {
  const browser = await openBrowser();
  expect((await ask(browser, 'POST', '/backup/api/auth/logout')).status).toBe(403);
  const out = await ask(browser, 'POST', '/backup/api/auth/logout', browser.csrf);
  expect(out.status).toBe(200);
  const cleared = cookiesOf(out.headers);
  expect(Object.values(cleared).map(({ value }) => value)).toEqual(['', '', '']);
  expect(cleared['satchel_refresh']?.attributes).toContain('Path=/backup/api/auth/refresh');
  expect((await ask(browser, 'GET', '/backup/api/auth/me')).status).toBe(401);
});

it.each([
  ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ['another origin', { Origin: 'https://evil.example' }],
])('signs nobody in from a page of %s', async (_what, headers: Record<string, string>) => {
  const { status, json } = await login(headers);
  expect(status).toBe(403);
  expect(json).toMatchObject({ error_type: 'csrf_error' });
});

it('signs nobody in by a form, which other sites can send', async () => {
  const { username, password } = TEST_ADMIN;
  for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
    const { status, json } = await callApi(api.url, 'POST', '/backup/api/auth/login', {
      body: JSON.stringify({ username, password }),
      headers: { 'Content-Type': type },
    });
    expect(status).toBe(403);
    expect(json).toMatchObject({ error_type: 'csrf_error' });
  }
});

it('signs in from a page of its own', async () => {
  const { status } = await login({ 'Sec-Fetch-Site': 'same-origin', Origin: api.url });
  expect(status).toBe(200);
});
