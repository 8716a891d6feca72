import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { waitForJob } from '../testing/wait-for-job.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  const env = { DATABASE_URL: database.url, TIME_ZONE: 'Asia/Kolkata' };
  api = await startTestApi({ env });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const ask = async (method: string, path: string, body?: unknown) => {
  const { status, json, text, headers } = await api.call(method, `/backup/api/${path}`, { body });
  return { status, json, text, headers, data: json['data'] as Record<string, unknown> };
};

describe('/backup/api/schedules', () => {
  it('adds, shows, changes, pauses, runs and removes a schedule', async () => {
    const added = await ask('POST', 'schedules/', {
      name: 'nightly',
      backup_type: 'full',
      cron: '30 2 * * *',
    });
    expect(added.status).toBe(201);
    expect(added.data).toMatchObject({
      name: 'nightly',
      time_zone: 'Asia/Kolkata',
      compression: 'zstd',
      created_by: 'admin',
      next_run_at: expect.stringMatching(/T21:00:00/) as string,
    });
    expect(added.data['next_runs']).toHaveLength(5);
    const id = String(added.data['schedule_id']);
    expect((await ask('GET', 'schedules')).data).toMatchObject({ items: [{ name: 'nightly' }] });
    const changed = await ask('PATCH', `schedules/${id}`, { time_zone: 'UTC' });
    expect(changed.data).toMatchObject({ next_run_at: expect.stringMatching(/T02:30:00/) as string });
    expect((await ask('POST', `schedules/${id}/pause`)).data).toMatchObject({ paused: true, next_runs: [] });
    expect((await ask('POST', `schedules/${id}/resume`)).data).toMatchObject({ paused: false });
    const run = await ask('POST', `schedules/${id}/run/`);
    expect({ status: run.status, location: run.headers.get('location') }).toEqual({
      status: 202,
      location: `/backup/api/status/${String(run.data['job_id'])}/`,
    });
    expect((await waitForJob(api, String(run.data['job_id']))).state).toBe('success');
    expect((await ask('GET', `schedules/${id}`)).data).toMatchObject({ last_job_id: run.data['job_id'] });
    expect((await ask('DELETE', `schedules/${id}`)).status).toBe(200);
    expect((await ask('GET', `schedules/${id}`)).status).toBe(404);
    const { data } = await ask('GET', 'audit?page_size=50');
    const actions = (data['items'] as { action: string }[]).map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(
        ['create', 'update', 'pause', 'resume', 'run', 'delete'].map(verb => `schedule.${verb}`),
      ),
    );
  });

  it('says of a timetable what it means, or what is wrong with it', async () => {
    const good = await ask('GET', `schedules/preview?cron=${encodeURIComponent('0 0 * * 7')}&time_zone=UTC`);
    expect(good.data['next_runs']).toHaveLength(5);
    const bad = await ask('GET', `schedules/preview?cron=${encodeURIComponent('0 25 * * *')}`);
    expect(bad.status).toBe(400);
    expect(bad.json['message']).toContain('hour');
    expect(
      (await ask('POST', 'schedules', { name: 'x', backup_type: 'pupils', cron: '0 0 * * *' })).status,
    ).toBe(400);
  });
});

describe('/backup/api/pins', () => {
  it('keeps a backup from being deleted until it is unpinned', async () => {
    const { data } = await ask('POST', 'create', { backup_type: 'teachers' });
    const id = String(data['job_id']);
    await waitForJob(api, id);
    expect((await ask('PUT', `pins/${id}`, { reason: 'for the inspector' })).data).toMatchObject({
      pinned_by: 'admin',
    });
    const refused = await ask('DELETE', `delete/${id}?force=true`);
    expect(refused.status).toBe(409);
    expect(refused.json['message']).toContain('for the inspector');
    const { data: answer } = await ask('POST', 'cleanup', { days: 0 });
    expect(answer['plan']).toMatchObject({
      backups: expect.arrayContaining([
        expect.objectContaining({
          backup_id: id,
          reasons: expect.arrayContaining(['pinned by admin: for the inspector']) as string[],
        }),
      ]) as unknown[],
    });
    expect((await ask('GET', 'pins')).data).toMatchObject({ items: [{ backup_id: id }] });
    expect((await ask('DELETE', `pins/${id}`)).status).toBe(200);
    expect((await ask('DELETE', `pins/${id}`)).status).toBe(404);
  });
});

describe('/backup/api/drills', () => {
  it('drills a backup, shows the report, prints it, and counts it in status and metrics', async () => {
    const { data } = await ask('POST', 'create', { backup_type: 'full' });
    const backupId = String(data['job_id']);
    await waitForJob(api, backupId);
    const drill = await ask('POST', 'drills', { backup_type: 'full' });
    expect(drill.status).toBe(202);
    const jobId = String(drill.data['job_id']);
    expect((await waitForJob(api, jobId)).state).toBe('success');
    const list = await ask('GET', 'drills?backup_type=full');
    expect(list.data).toMatchObject({
      total: 1,
      items: [{ job: { job_id: jobId }, report: { backup_id: backupId, warnings: [] } }],
    });
    const page = await ask('GET', `drills/${jobId}/report`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain('Restore drill: passed');
    expect((await ask('GET', `drills/${backupId}/report`)).status).toBe(404);
    const { data: status } = await ask('GET', 'system/status');
    expect((status['promises'] as unknown[])[0]).toMatchObject({
      backup_type: 'full',
      backup_id: backupId,
      last_drill: { job_id: jobId },
      sentence: expect.stringMatching(
        /you would lose \d+ s; the last drill restored it in \d+ s\./,
      ) as string,
    });
    const { text } = await api.call('GET', '/metrics');
    expect(text).toMatch(/satchel_backup_age_seconds\{type="students"\} \d/);
    expect(text).toMatch(/satchel_last_drill_success_timestamp_seconds\{type="full"\} 1\d{9}/);
    expect(text).toContain('satchel_schedule_overdue{type="full"} 0');
  });
});
