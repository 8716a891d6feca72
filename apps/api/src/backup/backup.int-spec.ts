import { createHash } from 'node:crypto';
import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB } from '../job/job.dto.js';
import type { TestApi } from '../testing/start-test-api.js';
import { startTestApi } from '../testing/start-test-api.js';
import { runJob, waitForJob, type TestJob } from '../testing/wait-for-job.js';
import { BACKUP_DETAILS } from './backup.dto.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  api = await startTestApi({ env: { DATABASE_URL: database.url } });
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

function storedPath(file: unknown): string {
  return join(api.folder, 'backups', String(file));
}

async function download(backupId: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${api.url}/backup/api/download/${backupId}/`, {
    method,
    headers: { Authorization: `Bearer ${api.adminToken}`, ...headers },
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('a backup', () => {
  let made: TestJob;

  it('is asked for, made, and shown by its status', async () => {
    const answer = await api.call('POST', '/backup/api/create/', {
      body: { backup_type: 'students', backup_name: 'first of term' },
    });
    expect(answer.status).toBe(202);
    const { job_id: jobId } = answer.json['data'] as TestJob;
    expect(answer.headers.get('location')).toBe(`/backup/api/status/${jobId}/`);
    made = await waitForJob(api, jobId);
    expect(made).toMatchObject({
      kind: 'backup',
      state: 'success',
      backup_type: 'students',
      backup_name: 'first of term',
      requested_by: 'admin',
      shell_command: "npx backup_system create --type=students '--name=first of term'",
    });
    expect(() => JOB.parse(made)).not.toThrow();
    expect(JSON.stringify(made)).not.toContain(api.folder);
  });

  it('stands in the history, which can be narrowed down', async () => {
    const found = async (query: string) => {
      const answer = await api.call('GET', `/backup/api/history?${query}`);
      expect(answer.status, answer.text).toBe(200);
      return (answer.json['data'] as { items: TestJob[] }).items.map(({ job_id }) => job_id);
    };
    expect(await found('kind=backup&kind=restore&status=success&type=students')).toContain(made.job_id);
    expect(await found('search=first&requested_by=admin&verified=false&sort=size&order=asc')).toContain(
      made.job_id,
    );
    expect(await found('from=2020-01-01&to=2020-01-02')).toEqual([]);
    const wrong = await api.call('GET', '/backup/api/history?sort=colour&page=0&unknown=1');
    expect(wrong.status).toBe(400);
    const { details } = wrong.json as { details: { fields: { field: string }[] } };
    expect(details.fields.map(({ field }) => field)).toEqual(expect.arrayContaining(['sort', 'page']));
  });

  it('is described by its manifest', async () => {
    const answer = await api.call('GET', `/backup/api/backups/${made.job_id}`);
    expect(answer.status, answer.text).toBe(200);
    const details = BACKUP_DETAILS.parse(answer.json['data']);
    expect(details).toMatchObject({ backup_id: made.job_id, backup_type: 'students', rows: made['rows'] });
    expect(details.tables.find(({ name }) => name === 'students_student')?.rows).toBeGreaterThan(0);
    expect(answer.text).not.toContain(api.folder);
  });

  it('is downloaded byte for byte, whole and in parts', async () => {
    const stored = await readFile(storedPath(made['file']));
    const { response, bytes } = await download(made.job_id);
    expect(response.status).toBe(200);
    expect(bytes.equals(stored)).toBe(true);
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toBe(`"sha256:${createHash('sha256').update(stored).digest('hex')}"`);
    expect(response.headers.get('content-length')).toBe(String(stored.length));
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toContain(`filename*=UTF-8''first_of_term_`);

    const part = await download(made.job_id, { Range: 'bytes=10-19' });
    expect(part.response.status).toBe(206);
    expect(part.response.headers.get('content-range')).toBe(`bytes 10-19/${stored.length}`);
    expect(part.bytes.equals(stored.subarray(10, 20))).toBe(true);
    const end = await download(made.job_id, { Range: 'bytes=-7', 'If-Range': etag });
    expect(end.response.status).toBe(206);
    expect(end.bytes.equals(stored.subarray(-7))).toBe(true);
    const changed = await download(made.job_id, { Range: 'bytes=-7', 'If-Range': '"another"' });
    expect(changed.response.status).toBe(200);
    expect(changed.bytes.length).toBe(stored.length);

    const beyond = await download(made.job_id, { Range: `bytes=${stored.length}-` });
    expect(beyond.response.status).toBe(416);
    expect(beyond.response.headers.get('content-range')).toBe(`bytes */${stored.length}`);
    expect(JSON.parse(beyond.bytes.toString())).toMatchObject({
      status: 'error',
      error_type: 'validation_error',
    });

    expect((await download(made.job_id, { 'If-None-Match': etag })).response.status).toBe(304);
    const head = await download(made.job_id, {}, 'HEAD');
    expect(head.response.status).toBe(200);
    expect(head.response.headers.get('content-length')).toBe(String(stored.length));
    expect(head.bytes.length).toBe(0);
  });

  it('is verified by a job', async () => {
    const job = await runJob(api, `/backup/api/verify/${made.job_id}/`);
    expect(job).toMatchObject({ kind: 'verify', state: 'success', report: { origin: 'ours' } });
    const { verified_at } = await waitForJob(api, made.job_id);
    expect(verified_at).toEqual(expect.any(String));
  });

  it('is refused to be handed out once its file is damaged or gone', async () => {
    const other = await runJob(api, '/backup/api/create', { backup_type: 'teachers', compression: 'none' });
    await truncate(storedPath(other['file']), 100);
    const damaged = await download(other.job_id);
    expect(damaged.response.status).toBe(422);
    expect(damaged.response.headers.get('content-type')).toContain('application/json');
    const answer = await api.call('DELETE', `/backup/api/delete/${other.job_id}?force=true`);
    expect(answer.status, answer.text).toBe(200);
  });

  it('is deleted only on purpose, and its record says so', async () => {
    const kept = await api.call('DELETE', `/backup/api/delete/${made.job_id}`);
    expect(kept.status).toBe(409);
    const deleted = await api.call('DELETE', `/backup/api/delete/${made.job_id}/?force=true`);
    expect(deleted.status, deleted.text).toBe(200);
    expect(deleted.json['data']).toMatchObject({ backup_id: made.job_id, freed_bytes: made['size_bytes'] });
    expect(await readdir(join(api.folder, 'backups'))).not.toContain(made['file']);
    const gone = await download(made.job_id);
    expect(gone.response.status).toBe(404);
    expect(gone.bytes.toString()).toContain('was deleted at');
    const { items } = (
      await api.call('GET', '/backup/api/history?include_deleted=true&kind=backup&search=first')
    ).json['data'] as { items: TestJob[] };
    expect(items[0]).toMatchObject({ job_id: made.job_id, deleted_at: expect.any(String) });
  });

  it('leaves its traces in the audit trail', async () => {
    const actions = (await api.call('GET', '/backup/api/audit?page_size=200')).json['data'] as {
      items: { action: string; subject: string | null; outcome: string }[];
    };
    expect(actions.items).toContainEqual(
      expect.objectContaining({ action: 'backup.download', subject: made.job_id, outcome: 'success' }),
    );
    expect(actions.items).toContainEqual(
      expect.objectContaining({ action: 'backup.create', subject: made.job_id, outcome: 'requested' }),
    );
  });
});

describe('asking for what cannot be', () => {
  it('lists the known types where an unknown one is asked for', async () => {
    const answer = await api.call('POST', '/backup/api/create', { body: { backup_type: 'everything' } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error_type: 'validation_error',
      details: { allowed: ['full', 'students', 'financial', 'teachers'] },
    });
  });

  it('names every wrong field at once', async () => {
    const answer = await api.call('POST', '/backup/api/create', {
      body: { backup_type: '', jobs: 99, compression: 'rar', colour: 'red' },
    });
    expect(answer.status).toBe(400);
    const { fields } = answer.json['details'] as { fields: { field: string }[] };
    expect(fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['backup_type', 'jobs', 'compression']),
    );
  });

  it('knows no backup or job that nobody made', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    for (const path of [
      `status/${id}`,
      `download/${id}`,
      `backups/${id}`,
      'status/../../etc',
      'download/x',
    ]) {
      const answer = await api.call('GET', `/backup/api/${path}`);
      expect(answer.status, path).toBe(404);
    }
    expect((await api.call('POST', `/backup/api/verify/${id}`)).status).toBe(404);
    expect((await api.call('POST', `/backup/api/jobs/${id}/cancel`)).status).toBe(404);
  });
});

describe('the rest of what a page shows', () => {
  it('says what each type would hold', async () => {
    const { items } = (await api.call('GET', '/backup/api/types')).json['data'] as {
      items: { backup_type: string; estimated_rows: number; tables: { name: string }[] }[];
    };
    expect(items.map(({ backup_type }) => backup_type)).toEqual([
      'full',
      'students',
      'financial',
      'teachers',
    ]);
    expect(items[1]?.tables.map(({ name }) => name)).toContain('students_student');
    expect(items[0]?.estimated_rows).toBeGreaterThan(1000);
  });

  it('exports a history that no spreadsheet runs', async () => {
    await insertJob();
    const answer = await api.call('GET', '/backup/api/export/history/?include_deleted=true');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(answer.text.split('\r\n')[0]).toContain('job_id,kind,state');
  });

  it('says what a cleanup would delete, and does it as a job', async () => {
    const plan = await api.call('POST', '/backup/api/cleanup', { body: { days: 0 } });
    expect(plan.status, plan.text).toBe(200);
    expect(plan.json['data']).toMatchObject({ job: null, plan: { days: 0 } });
    const asked = await api.call('POST', '/backup/api/cleanup', { body: { days: 30, dry_run: false } });
    expect(asked.status).toBe(202);
    const { job } = asked.json['data'] as { job: TestJob };
    expect(await waitForJob(api, job.job_id)).toMatchObject({ state: 'success', report: { days: 30 } });
  });
});

/** A restore of a file with a name that nobody checks: it came from elsewhere. */
async function insertJob(): Promise<void> {
  await query(
    database.url,
    `INSERT INTO satchel.job (job_id, kind, state, file, requested_by, created_at, started_at, finished_at, attempt)
     VALUES (gen_random_uuid(), 'restore', 'failed', '=HYPERLINK("http://x")', 'admin', now(), now(), now(), 1)`,
  );
}
