import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({ env: { DATABASE_URL: database.url } });
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
