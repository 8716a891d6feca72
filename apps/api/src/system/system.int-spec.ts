import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from '../testing/start-test-api.js';
import { startTestApi } from '../testing/start-test-api.js';
import { sendForm } from '../testing/send-form.js';
import { runJob } from '../testing/wait-for-job.js';
import { tokenOfNewUser } from '../testing/test-user.js';
import { SYSTEM_LIMITS } from './limits.controller.js';
import { SYSTEM_STATUS } from './status.dto.js';

const LARGEST_FILE_BYTES = 7 * 1024 * 1024;

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  api = await startTestApi({
    env: { DATABASE_URL: database.url, MAX_BACKUP_FILE_SIZE: String(LARGEST_FILE_BYTES) },
  });
  await runJob(api, '/backup/api/create/', { backup_type: 'full' });
});

afterAll(async () => {
  await database.drop();
});

describe('the state of the system', () => {
  it('is told in full, without a folder of the server', async () => {
    // The first answers may be some seconds old.
    await expect
      .poll(async () => await readStatus(), { timeout: 15_000 })
      .toMatchObject({
        healthy: true,
        newest_backups: expect.arrayContaining([
          expect.objectContaining({ backup_type: 'full', covered: true, backup_id: expect.any(String) }),
        ]),
      });
    const status = await readStatus();
    expect(status.services.map(({ name, healthy }) => [name, healthy])).toEqual([
      ['database', true],
      ['catalog', true],
      ['storage', true],
      ['queue', true],
      ['workers', true],
    ]);
    expect(status.queue).toMatchObject({ reachable: true, driver: 'inline' });
    expect(status.days).toHaveLength(30);
    expect(JSON.stringify(status)).not.toContain(api.folder);
  });

  it('is measured for Prometheus, for this machine without a sign-in', async () => {
    await expect
      .poll(async () => await metrics(), { timeout: 15_000 })
      .toMatch(/satchel_jobs\{kind="backup",state="success"\} 1\n/);
    const text = await metrics();
    expect(text).toMatch(/satchel_backup_last_success_timestamp_seconds\{type="full"\} 1\d+/);
    expect(text).toMatch(/satchel_service_up\{service="database"\} 1/);
    expect(text).toMatch(
      /satchel_http_request_duration_seconds_count\{method="POST",route="[^"]*create",status="202"\} 1/,
    );
    expect(text).toContain('process_cpu_seconds_total');
    const forwarded = { 'X-Forwarded-For': '203.0.113.5' };
    expect((await api.call('GET', '/metrics', { token: null, headers: forwarded })).status).toBe(401);
    expect((await api.call('GET', '/metrics', { headers: forwarded })).status).toBe(200);
  });

  it('is described, for programs and for people', async () => {
    const document = await api.call('GET', '/backup/api/openapi.json', { token: null });
    expect(document.json).toMatchObject({ openapi: '3.1.0' });
    const page = await api.call('GET', '/backup/api/docs', { token: null });
    expect(page.status).toBe(200);
    expect(page.text).toContain('swagger-ui');
  });

  it('tells everybody who has signed in how large a file may be', async () => {
    const token = await tokenOfNewUser(api);
    const limits = await api.call('GET', '/backup/api/system/limits/', { token });
    expect(SYSTEM_LIMITS.parse(limits.json['data'])).toEqual({ max_backup_file_bytes: LARGEST_FILE_BYTES });
    expect((await api.call('GET', '/backup/api/system/limits/', { token: null })).status).toBe(401);
  });

  it('is ready while its database is there', async () => {
    const ready = await api.call('GET', '/readyz', { token: null });
    expect(ready.json).toMatchObject({ data: { services: { database: { status: 'up' } } } });
  });
});

it('says which part is away, and ends all the same', async () => {
  await database.drop();
  // What was found a moment ago serves for a moment, so one part may be missed before the other.
  await expect
    .poll(async () => (await api.call('GET', '/readyz', { token: null })).json, { timeout: 30_000 })
    .toMatchObject({
      error_type: 'unavailable',
      details: { services: expect.arrayContaining(['database', 'catalog']) },
    });
  await api.close();
  await expect(sendForm(api, '/backup/api/restore/analyze', {})).rejects.toThrow();
});

async function readStatus() {
  const answer = await api.call('GET', '/backup/api/system/status/');
  expect(answer.status, answer.text).toBe(200);
  return SYSTEM_STATUS.parse(answer.json['data']);
}

async function metrics(): Promise<string> {
  return (await api.call('GET', '/metrics', { token: null })).text;
}
