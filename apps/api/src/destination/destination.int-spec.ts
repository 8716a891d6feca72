import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTestDatabase,
  newestTestServer,
  startTestS3,
  type TestDatabase,
  type TestS3,
} from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { runJob } from '../testing/wait-for-job.js';
import { COPY, DESTINATION_CHECK, DESTINATIONS } from './destination.dto.js';

let database: TestDatabase;
let s3: TestS3;
let api: TestApi;

beforeAll(async () => {
  [database, s3] = await Promise.all([
    createTestDatabase(newestTestServer(), { template: 'school' }),
    startTestS3(),
  ]);
  await s3.createBucket('school-backups');
  api = await startTestApi({
    env: {
      DATABASE_URL: database.url,
      BACKUP_DESTINATIONS: 'local,off-site',
      DESTINATION_OFF_SITE_URL: `s3://school-backups/main?region=eu-central-1&endpoint=${s3.endpoint}`,
      DESTINATION_OFF_SITE_ACCESS_KEY_ID: 'test',
      DESTINATION_OFF_SITE_SECRET_ACCESS_KEY: 'a very secret key',
    },
  });
});

afterAll(async () => {
  await api.close();
  await s3.stop();
  await database.drop();
});

async function ask(path: string) {
  const answer = await api.call('GET', `/backup/api/${path}`);
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('a very secret key');
  expect(answer.text).not.toContain(api.folder);
  return answer.json['data'];
}

describe('a backup with a second destination', () => {
  let backupId: string;
  let file: string;

  it('is brought there by its own job', async () => {
    const job = await runJob(api, '/backup/api/create/', { backup_type: 'teachers' });
    expect(job).toMatchObject({ state: 'success', report: { warnings: [] } });
    ({ backup_id: backupId, file } = job.report as { backup_id: string; file: string });
    const { copies } = (await ask(`backups/${backupId}/`)) as { copies: unknown[] };
    expect(copies.map(copy => COPY.parse(copy))).toEqual([
      expect.objectContaining({ destination: 'local', state: 'stored', error: null }),
      expect.objectContaining({ destination: 'off-site', state: 'stored', error: null }),
    ]);
    expect(DESTINATIONS.parse(await ask('storage/destinations/'))).toMatchObject({
      items: [
        { name: 'local', kind: 'local', location: null, primary: true, backups: 1, unfinished_copies: 0 },
        {
          name: 'off-site',
          kind: 's3',
          location: 's3://school-backups/main/',
          primary: false,
          reachable: true,
          writable: true,
          backups: 1,
          unfinished_copies: 0,
        },
      ],
    });
  });

  it('is verified, downloaded and restored from there once the primary has lost it', async () => {
    await rm(join(api.folder, 'backups', file));
    const details = (await ask(`backups/${backupId}/`)) as { digest: string };
    const response = await fetch(`${api.url}/backup/api/download/${backupId}/`, {
      headers: { Authorization: `Bearer ${api.adminToken}` },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    expect(`sha256:${hash}`).toBe(details.digest);
    const verified = await runJob(api, `/backup/api/verify/${backupId}/`);
    expect(verified).toMatchObject({ state: 'success' });
    const restored = await runJob(api, `/backup/api/restore/history/${backupId}/`, {
      restore_mode: 'merge',
    });
    expect(restored).toMatchObject({ state: 'success' });
  });

  it('is gone from both once it is deleted', async () => {
    const answer = await api.call('DELETE', `/backup/api/delete/${backupId}/?force=true`);
    expect(answer.status).toBe(200);
    expect((await readdir(join(api.folder, 'backups'))).filter(name => name.startsWith(file))).toEqual([]);
    expect(await ask('storage/destinations/')).toMatchObject({ items: [{}, { backups: 0 }] });
  });
});

describe('the check of a destination', () => {
  it.each(['local', 'off-site'])(
    'tries out all that %s must do, and leaves nothing there',
    async name => {
      const before = await readdir(join(api.folder, 'backups'));
      const answer = await api.call('POST', `/backup/api/storage/destinations/${name}/check/`);
      expect(answer.status).toBe(200);
      const { passed, checks } = DESTINATION_CHECK.parse(answer.json['data']);
      expect(checks.filter(check => !check.passed)).toEqual([]);
      expect(passed).toBe(true);
      expect(checks.length).toBeGreaterThan(40);
      expect(await readdir(join(api.folder, 'backups'))).toEqual(before);
      const listed = await fetch(`${s3.endpoint}/school-backups?list-type=2&prefix=main/satchel-check`);
      expect(await listed.text()).not.toContain('<Contents>');
    },
    60_000,
  );

  it('knows the destinations of the settings alone', async () => {
    const answer = await api.call('POST', '/backup/api/storage/destinations/elsewhere/check/');
    expect(answer.status).toBe(404);
  });
});

describe('a choice of destinations', () => {
  const send = async (method: string, path: string, body: unknown) =>
    await api.call(method, `/backup/api/${path}`, { body });

  it('is kept by a backup that somebody asks for', async () => {
    const job = await runJob(api, '/backup/api/create/', { backup_type: 'teachers', destinations: [] });
    const { backup_id: backupId } = job.report as { backup_id: string };
    expect(job).toMatchObject({ state: 'success', report: { warnings: [] } });
    expect(await ask(`backups/${backupId}/`)).toMatchObject({
      destinations: ['local'],
      copies: [{ destination: 'local', state: 'stored' }],
    });
    const refused = await send('POST', 'create', { backup_type: 'teachers', destinations: ['tape'] });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({
      error_type: 'validation_error',
      message: expect.stringContaining('name: local, off-site') as string,
      details: { parameter: 'destinations' },
    });
  });

  it('is kept by a schedule, changed, and taken back', async () => {
    const near = { name: 'near', backup_type: 'teachers', cron: '0 0 1 1 *', destinations: ['local'] };
    const added = await send('POST', 'schedules', near);
    const { schedule_id: id } = added.json['data'] as { schedule_id: string };
    expect(await ask('schedules')).toMatchObject({
      items: [{ destinations: ['local'], unknown_destinations: [] }],
      destinations: ['local', 'off-site'],
    });
    const run = await runJob(api, `/backup/api/schedules/${id}/run/`, {});
    const { backup_id: backupId } = run.report as { backup_id: string };
    expect(await ask(`backups/${backupId}/`)).toMatchObject({ destinations: ['local'], copies: [{}] });
    for (const [given, kept] of [
      [{ destinations: ['off-site'] }, ['local', 'off-site']],
      [{ name: 'nearer' }, ['local', 'off-site']],
      [{ destinations: null }, null],
    ]) {
      const changed = await send('PATCH', `schedules/${id}`, given);
      expect(changed.json).toMatchObject({ data: { destinations: kept } });
    }
    expect((await send('PATCH', `schedules/${id}`, { destinations: ['tape'] })).status).toBe(400);
    expect((await send('DELETE', `schedules/${id}`, undefined)).status).toBe(200);
  });
});
