import { request } from 'node:http';
import { createTestDatabase, FixedClock, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drip } from '../testing/drip.js';
import {
  callApi,
  openTestServer,
  startTestApi,
  type TestApi,
  type TestServer,
} from '../testing/start-test-api.js';
import { tokenOfNewUser } from '../testing/test-user.js';

let database: TestDatabase;
let api: TestApi;
const clock = new FixedClock();

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({ env: { DATABASE_URL: database.url, RATE_LIMIT_PER_MINUTE: '50' }, clock });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

it('answers what is not there in the envelope', async () => {
  const answer = await api.call('GET', '/backup/api/nothing-here/');
  expect(answer.status).toBe(404);
  expect(answer.json).toMatchObject({ status: 'error', error_type: 'not_found' });
});

it('takes over a request id that is fit for a log, and no other', async () => {
  const given = await api.call('GET', '/healthz', { headers: { 'X-Request-Id': 'proxy-0123456789' } });
  expect(given.headers.get('x-request-id')).toBe('proxy-0123456789');
  for (const bad of ['short', 'a'.repeat(65), 'has blanks in it', 'x"},{"injected":"1', 'back\tslash\\n']) {
    const answer = await api.call('GET', '/healthz', { headers: { 'X-Request-Id': bad } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

it.each(['/healthz', '/backup/api/auth/me', '/backup/api/nothing-here', '/backup/api/history/?sort=wrong'])(
  'has every answer come with the headers that helmet sets: %s',
  async path => {
    const { headers } = await api.call('GET', path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'self';(?!.*upgrade-insecure-requests)/),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'SAMEORIGIN',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    });
    expect(headers.has('x-powered-by')).toBe(false);
  },
);

it('says type and length of an answer, keeps none of it, and leaves the body out for HEAD', async () => {
  const [got, head] = await Promise.all(
    ['GET', 'HEAD'].map(method => api.call(method, '/backup/api/auth/me/')),
  );
  expect(got?.status).toBe(200);
  expect(got?.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(got?.headers.get('content-length')).toBe(String(Buffer.byteLength(got?.text ?? '')));
  expect(got?.headers.get('cache-control')).toBe('no-store');
  expect(got?.headers.has('etag')).toBe(false);
  expect(head?.status).toBe(200);
  expect(head?.text).toBe('');
  expect(Number(head?.headers.get('content-length'))).toBeGreaterThan(100);
});

it('refuses a body that is larger than any that is needed', async () => {
  const { status, json } = await callApi(api.url, 'POST', '/backup/api/auth/login', {
    body: { username: 'admin', password: 'x'.repeat(200_000) },
  });
  expect(status).toBe(413);
  expect(json).toMatchObject({ error_type: 'too_large' });
});

it.each(['{"username": ', '[]', 'null', '"text"', '{"__proto__": {"admin": true}}'])(
  'answers %j, which is no sign-in, with what is wrong',
  async body => {
    const { status, json } = await callApi(api.url, 'POST', '/backup/api/auth/login', {
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({ status: 'error', error_type: 'validation_error' });
  },
);

it('refuses headers that are larger than any that are needed', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${api.url}/healthz`, { headers: { 'X-Large': 'x'.repeat(20_000) } }, response => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(431);
});

it('limits what one person asks in a minute, and leaves others alone', async () => {
  clock.advance(60_000);
  const [greedy, other] = [await tokenOfNewUser(api), await tokenOfNewUser(api)];
  const ask = (token: string | null) => api.call('GET', '/backup/api/auth/me', { token });
  for (let n = 0; n < 50; n++) expect((await ask(greedy)).status).toBe(200);
  const tooMany = await ask(greedy);
  expect(tooMany.status).toBe(429);
  expect(tooMany.json).toMatchObject({ error_type: 'rate_limited' });
  expect(Number(tooMany.headers.get('retry-after'))).toBe(60);
  expect((await ask(other)).status).toBe(200);
  // What is no token of anybody counts for the address it comes from, not for who it says it is.
  expect((await ask(`${other.slice(0, -8)}AAAAAAAA`)).status).toBe(401);
  clock.advance(60_000);
  expect((await ask(greedy)).status).toBe(200);
});

it('limits an address where nobody has signed in', async () => {
  clock.advance(60_000);
  for (let n = 0; n < 50; n++) await api.call('GET', '/backup/api/users', { token: 'nonsense' });
  const tooMany = await api.call('GET', '/backup/api/users', { token: 'nonsense' });
  expect(tooMany.status).toBe(429);
});

describe('a client that sends byte by byte', () => {
  let impatient: TestServer;

  beforeAll(async () => {
    const limits = { headersMs: 300, bodyMs: 300, checkEveryMs: 50 };
    impatient = await openTestServer({ env: { DATABASE_URL: database.url }, limits });
  });
  afterAll(() => impatient.close());

  it('is cut off in its headers', async () => {
    expect(await drip(impatient.url, 'GET /healthz HTTP/1.1\r\n', 'X-Slow: 1\r\n')).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  it.each(['/backup/api/auth/login', '/backup/api/restore/upload/', '/healthz'])(
    'is cut off in a body for %s',
    async path => {
      const headers = [
        `POST ${path} HTTP/1.1`,
        'Host: satchel.example',
        'Content-Type: application/json',
        'Content-Length: 50000',
      ];
      const answer = await drip(impatient.url, `${headers.join('\r\n')}\r\n\r\n`, ' ');
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    },
  );
});
