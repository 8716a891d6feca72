import { createTestDatabase, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageOf } from '../http/page.dto.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { tokenOfNewUser } from '../testing/test-user.js';
import { AUDIT_EVENT, AUDIT_VERDICT } from './audit.dto.js';

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

async function entries(filter: string) {
  const { json } = await api.call('GET', `/backup/api/audit/?${filter}`);
  return pageOf(AUDIT_EVENT).parse(json['data']);
}

it('says who did what, from where', async () => {
  await api.call('POST', '/backup/api/roles/', {
    body: { name: 'lookers', title: '=HYPERLINK("http://evil.example")', permissions: [] },
  });
  const { items, total } = await entries('action=role.create');
  expect(total).toBe(1);
  expect(items[0]).toMatchObject({
    actor: { name: 'admin', channel: 'api', address: '127.0.0.1', token_id: null },
    outcome: 'success',
    subject: 'lookers',
  });
});

it('records what was refused, once a minute, by the pattern of the route', async () => {
  const token = await tokenOfNewUser(api);
  const path = '/backup/api/users/00000000-0000-4000-8000-000000000000/';
  for (let n = 0; n < 3; n++) await api.call('PATCH', path, { token, body: { active: false } });
  const { items, total } = await entries('action=request.refused&outcome=refused');
  expect(total).toBe(1);
  expect(items[0]?.details).toEqual({
    method: 'PATCH',
    route: '/backup/api/users/:id',
    reason: 'permission_error',
    permission: 'backup.change_user',
  });
});

it('does not record that somebody looks without having signed in, but that they try to change something', async () => {
  await api.call('GET', '/backup/api/roles/', { token: null });
  await api.call('DELETE', '/backup/api/roles/operator/', { token: null });
  const { items } = await entries('action=request.refused&actor=ANONYMOUS');
  expect(items.map(({ details }) => details)).toEqual([
    {
      method: 'DELETE',
      route: '/backup/api/roles/:name',
      reason: 'auth_error',
      permission: 'backup.change_user',
    },
  ]);
});

it('filters and pages', async () => {
  const all = await entries('page_size=2');
  expect(all.items).toHaveLength(2);
  expect(all.items[0]?.number).toBe(all.total);
  const [first] = (await entries(`page=${all.pages}&page_size=2`)).items.slice(-1);
  expect(first?.number).toBe(1);
  expect((await entries(`from=${encodeURIComponent('2999-01-01T00:00:00Z')}`)).total).toBe(0);
  expect((await entries('subject=lookers&actor=Admin')).total).toBe(1);
  for (const bad of ['action=fly', 'from=yesterday', 'page=0', 'page_size=100000', 'outcome=x']) {
    expect((await api.call('GET', `/backup/api/audit/?${bad}`)).status).toBe(400);
  }
});

it('goes out as CSV that no spreadsheet runs, and records that', async () => {
  const { status, headers, text } = await api.call('GET', '/backup/api/audit/export/?action=role.create');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
  expect(text).toContain('number,at,actor,');
  expect(text.trim().split('\r\n')).toHaveLength(2);
  expect(text).not.toMatch(/(^|,)"?[=+@-]/m);
  const { items } = await entries('action=audit.export');
  expect(items[0]).toMatchObject({ actor: { name: 'admin' }, details: { action: 'role.create' } });
});

it('says whether it is whole, and where it is not', async () => {
  const verify = async () =>
    AUDIT_VERDICT.parse((await api.call('GET', '/backup/api/audit/verify/')).json['data']);
  expect(await verify()).toMatchObject({ intact: true, problems: [] });
  await query(
    database.url,
    `ALTER TABLE satchel.audit_event DISABLE TRIGGER USER; UPDATE satchel.audit_event SET subject = 'nothing' WHERE number = 2`,
  );
  const verdict = await verify();
  expect(verdict.intact).toBe(false);
  expect(verdict.problems).toMatchObject([{ number: 2, problem: 'altered' }]);
});

it('holds no password and no token', async () => {
  const { text } = await api.call('GET', '/backup/api/audit/?page_size=200');
  expect(text).not.toMatch(/a password for tests|satchel_pat_|eyJ/);
});
