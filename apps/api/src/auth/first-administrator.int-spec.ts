import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callApi, openTestServer } from '../testing/start-test-api.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
});

afterAll(() => database.drop());

it('is made at the first start, with a password that is told once and has to be changed', async () => {
  const first = await openTestServer({ env: { DATABASE_URL: database.url, SATCHEL_ADMIN_USER: 'head' } });
  const told = first.notices.join('\n');
  const [, password = ''] = /^ {4}(\S+)$/m.exec(told) ?? [];
  expect(told).toContain('"head"');
  const { status, json } = await callApi(first.url, 'POST', '/backup/api/auth/login', {
    body: { username: 'head', password },
  });
  expect(status).toBe(200);
  expect(json['data']).toMatchObject({ user: { must_change_password: true, roles: ['administrator'] } });
  await first.close();
  const second = await openTestServer({ env: { DATABASE_URL: database.url, SATCHEL_ADMIN_USER: 'head' } });
  expect(second.notices.join('\n')).not.toMatch(/administrator|password/);
  await second.close();
});
