import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  createTestDatabase,
  execute,
  holdLock,
  newestTestServer,
  query,
  type TestDatabase,
} from '@satchel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from '../testing/start-test-api.js';
import { startTestApi } from '../testing/start-test-api.js';
import { sendForm } from '../testing/send-form.js';
import { runJob, waitForJob, waitForState, type TestJob } from '../testing/wait-for-job.js';
import { ANALYSIS } from './restore.dto.js';

const ANALYZE = '/backup/api/restore/analyze/';
const UPLOAD = '/backup/api/restore/upload/';

/** Keeps students from being restored, as somebody does who edits one. */
const HOLD_STUDENTS = 'LOCK TABLE students_student IN ROW EXCLUSIVE MODE';

let database: TestDatabase;
let api: TestApi;
let backup: TestJob;
let file: Buffer;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  api = await startTestApi({
    env: { DATABASE_URL: database.url, MAX_BACKUP_FILE_SIZE: '150M', WORKER_CONCURRENCY: '4' },
  });
  backup = await runJob(api, '/backup/api/create/', { backup_type: 'students', compression: 'none' });
  file = await readFile(join(api.folder, 'backups', String(backup['file'])));
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

afterEach(async () => {
  const left = await quarantined();
  if (left.length > 0) throw new Error(`left in quarantine: ${left.join(', ')}`);
});

async function quarantined(): Promise<string[]> {
  const names: string[] = await readdir(join(api.folder, '.satchel', 'quarantine')).catch(() => []);
  return names.sort();
}

async function analyze(form: Parameters<typeof sendForm>[2]) {
  const answer = await sendForm(api, ANALYZE, form);
  expect(answer.status, JSON.stringify(answer.json)).toBe(200);
  return ANALYSIS.parse(answer.json['data']);
}

/** An id of the table, as text. */
async function firstStudent(): Promise<string> {
  const [row] = await query<{ id: string }>(database.url, 'SELECT min(id)::text AS id FROM students_student');
  return row?.id ?? '';
}

async function nameOf(id: string): Promise<string | undefined> {
  const rows = await query<{ name: string }>(
    database.url,
    'SELECT first_name AS name FROM students_student WHERE id = $1',
    [id],
  );
  return rows[0]?.name;
}

describe('looking into a file', () => {
  it('says what is in a backup of ours and what it would change, and changes nothing', async () => {
    const id = await firstStudent();
    const before = await nameOf(id);
    await execute(database.url, `UPDATE students_student SET first_name = 'Changed' WHERE id = ${id}`);
    const found = await analyze({ file, fields: { restore_mode: 'merge', sample_rows: '3' } });
    expect(found).toMatchObject({
      upload_id: null,
      format: 'satchel',
      origin: 'ours',
      compression: 'none',
      rows: backup['rows'],
      backup: { backup_id: backup.job_id, backup_type: 'students' },
      needs: { allow_missing: false, restricted: [] },
      plan: { totals: { created: 0, updated: 1, deleted: 0 } },
    });
    expect(found.changes).toEqual([
      {
        schema: 'public',
        table: 'students_student',
        rows: [
          {
            action: 'update',
            key: { id },
            before: { first_name: 'Changed' },
            after: { first_name: before },
          },
        ],
      },
    ]);
    expect(await nameOf(id)).toBe('Changed');
    await execute(
      database.url,
      `UPDATE students_student SET first_name = '${before ?? ''}' WHERE id = ${id}`,
    );
  });

  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('recognises %s by its content, whatever the name says', async (compression, pack) => {
    const found = await analyze({ file: pack(file), fileName: '../../x.pdf', fieldsLast: true });
    expect(found).toMatchObject({ compression, origin: 'ours', file: 'x.pdf' });
  });

  it('reads what the old application wrote', async () => {
    const [subject] = await query<Record<string, unknown>>(
      database.url,
      'SELECT * FROM subjects_subject LIMIT 1',
    );
    const { id, ...fields } = subject ?? {};
    const rows = [{ model: 'subjects.subject', pk: Number(id), fields }];
    const found = await analyze({ file: Buffer.from(JSON.stringify(rows)) });
    expect(found).toMatchObject({ format: 'legacy', origin: 'foreign', backup: null, rows: 1 });
  });

  it('keeps a file on request, so that it need not be sent twice', async () => {
    const first = await analyze({ file, fields: { keep: 'true' } });
    expect(first.upload_id).not.toBeNull();
    expect(Date.parse(first.expires_at ?? '')).toBeGreaterThan(Date.now() + 20 * 60_000);
    const again = await api.call('POST', ANALYZE, {
      body: { upload_id: first.upload_id, restore_mode: 'replace' },
    });
    expect(again.status, again.text).toBe(200);
    expect(again.json['data']).toMatchObject({ upload_id: first.upload_id, plan: { mode: 'replace' } });
    expect((await api.call('DELETE', `/backup/api/restore/upload/${String(first.upload_id)}`)).status).toBe(
      200,
    );
    const gone = await api.call('POST', ANALYZE, { body: { upload_id: first.upload_id } });
    expect(gone.status).toBe(404);
  });

  it('looks into a stored backup', async () => {
    const answer = await api.call('POST', ANALYZE, { body: { backup_id: backup.job_id } });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json['data']).toMatchObject({ origin: 'ours', upload_id: null });
  });
});

describe('a file that is no backup, or a form that is none', () => {
  async function refused(
    form: Parameters<typeof sendForm>[2],
    status: number,
    error_type: string,
    path = ANALYZE,
  ) {
    const answer = await sendForm(api, path, form);
    expect(answer.json, JSON.stringify(answer.json)).toMatchObject({ status: 'error', error_type });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json)).not.toContain(api.folder);
    expect(await quarantined()).toEqual([]);
  }

  async function* repeated(text: string, megabytes: number): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.alloc(1024 * 1024, text);
    for (let sent = 0; sent < megabytes; sent += 1) yield chunk;
  }

  it('is refused if it is not a backup', async () => {
    await refused({ file: Buffer.from('%PDF-1.7 a letter') }, 422, 'invalid_backup');
    await refused({ file: Buffer.from('%PDF-1.7 a letter') }, 422, 'invalid_backup', UPLOAD);
    await refused({ file: Buffer.alloc(0) }, 422, 'invalid_backup');
    await refused({ file: gzipSync(Buffer.from('no JSON')) }, 422, 'invalid_backup');
  });

  it('is refused if it is a bomb', async () => {
    const zeros = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    await refused({ file: zeros }, 422, 'invalid_backup');
    const spaces = gzipSync(Buffer.concat([Buffer.from('['), Buffer.alloc(50 * 1024 * 1024, ' ')]));
    await refused({ file: spaces }, 422, 'invalid_backup');
  });

  it('is refused if it is nested without end', async () => {
    await refused({ file: repeated('[', 100) }, 422, 'invalid_backup');
  });

  it('is refused if it is cut off', async () => {
    await refused({ file: file.subarray(0, file.length - 500) }, 422, 'invalid_backup');
    await refused({ file: gzipSync(file).subarray(0, 2000) }, 422, 'invalid_backup');
    await refused({ file, unfinished: true }, 400, 'validation_error');
  });

  it('is refused over the limit, as said and as counted', async () => {
    await refused({ file, headers: { 'Content-Length': '999999999999' } }, 413, 'too_large');
    await refused({ file: repeated(' ', 160) }, 413, 'too_large');
  });

  it('is refused without a file, with two, and with one in the wrong place', async () => {
    await refused({ fields: { restore_mode: 'merge' } }, 400, 'validation_error');
    await refused({ file, fileField: 'other' }, 400, 'validation_error');
    const two = new FormData();
    two.append('backup_file', new Blob([file]), 'a.json');
    two.append('backup_file', new Blob([file]), 'b.json');
    const answer = await api.call('POST', ANALYZE, { body: two });
    expect(answer.status, answer.text).toBe(400);
    await refused({ file, fields: { backup_id: backup.job_id } }, 400, 'validation_error');
  });

  it('is refused in another form than a form', async () => {
    await refused({ file, headers: { 'Content-Type': 'application/zip' } }, 400, 'validation_error');
    await refused({ file, headers: { 'Content-Type': 'multipart/form-data' } }, 400, 'validation_error');
    await refused(
      { file: Buffer.from('['), headers: { 'Content-Type': 'application/json' } },
      400,
      'validation_error',
    );
  });

  it('is refused with wrong options, whose names are said', async () => {
    for (const fields of [
      { restore_mode: 'destroy' },
      { restore_mode: 'merge', colour: 'red' },
      { keep: 'maybe' },
    ]) {
      await refused({ file, fields }, 400, 'validation_error');
    }
    await refused({ file }, 400, 'validation_error', UPLOAD);
  });

  it('leaves nothing where the sender goes away half way', async () => {
    await expect(sendForm(api, UPLOAD, { file: repeated('[', 20), cutAfter: 5_000_000 })).rejects.toThrow(
      'cut off',
    );
    await expect.poll(quarantined, { timeout: 5000 }).toEqual([]);
  });
});

describe('restoring', () => {
  it('puts rows back from a file that is sent, and takes that back again', async () => {
    const id = await firstStudent();
    const before = await nameOf(id);
    await execute(database.url, `UPDATE students_student SET first_name = 'Wrong' WHERE id = ${id}`);
    const answer = await sendForm(api, UPLOAD, { file, fields: { restore_mode: 'merge' } });
    expect(answer.status, JSON.stringify(answer.json)).toBe(202);
    const job = await waitForJob(api, (answer.json['data'] as TestJob).job_id);
    expect(job).toMatchObject({ state: 'success', report: { totals: { updated: 1 } } });
    expect(await nameOf(id)).toBe(before);
    const undone = await runJob(api, `/backup/api/restore/undo/${job.job_id}/`, {});
    expect(undone, JSON.stringify(undone)).toMatchObject({ kind: 'undo', state: 'success' });
    expect(await nameOf(id)).toBe('Wrong');
    await execute(
      database.url,
      `UPDATE students_student SET first_name = '${before ?? ''}' WHERE id = ${id}`,
    );
  });

  it('does what a person has agreed to, from a kept file and with replace, or nothing', async () => {
    const id = await firstStudent();
    const before = await nameOf(id);
    const stale = await analyze({ file, fields: { keep: 'true', restore_mode: 'replace' } });
    await execute(database.url, `UPDATE students_student SET first_name = 'Later' WHERE id = ${id}`);
    const body = { restore_mode: 'replace', agreed_plan: stale.plan_digest };
    const refusedJob = await runJob(api, `/backup/api/restore/history/${backup.job_id}/`, body);
    expect(refusedJob).toMatchObject({ state: 'failed', error: { error_type: 'conflict' } });
    const fresh = await api.call('POST', ANALYZE, {
      body: { upload_id: stale.upload_id, restore_mode: 'replace' },
    });
    const { plan_digest } = ANALYSIS.parse(fresh.json['data']);
    const done = await runJob(api, UPLOAD, {
      upload_id: stale.upload_id,
      restore_mode: 'replace',
      agreed_plan: plan_digest,
    });
    expect(done).toMatchObject({ state: 'success', restore_mode: 'replace' });
    expect(await nameOf(id)).toBe(before);
  });

  it('lets one restore at a time in, says who holds it, and waits only if asked to', async () => {
    const path = `/backup/api/restore/history/${backup.job_id}/`;
    const held = await holdLock(database.url, HOLD_STUDENTS);
    try {
      const first = await api.call('POST', path, { body: { restore_mode: 'merge' } });
      expect(first.status, first.text).toBe(202);
      const firstId = (first.json['data'] as TestJob).job_id;
      await waitForState(api, firstId, ['running']);
      const second = await api.call('POST', path, { body: { restore_mode: 'merge' } });
      expect(second.status).toBe(409);
      expect(second.json).toMatchObject({
        error_type: 'conflict',
        message: expect.stringContaining('admin'),
      });
      const refused = await sendForm(api, UPLOAD, { file, fields: { restore_mode: 'merge' } });
      expect(refused.status).toBe(409);
      expect(await quarantined()).toEqual([]);
      const third = await api.call('POST', path, { body: { restore_mode: 'merge', wait: true } });
      expect(third.status, third.text).toBe(202);
      const cancelled = await api.call('POST', `/backup/api/jobs/${firstId}/cancel`);
      expect(cancelled.status).toBe(200);
      expect(await waitForJob(api, firstId)).toMatchObject({
        state: 'cancelled',
        cancel_requested_by: 'admin',
      });
      await held.free();
      expect(await waitForJob(api, (third.json['data'] as TestJob).job_id)).toMatchObject({
        state: 'success',
      });
    } finally {
      await held.free();
    }
  });

  it('removes the file of a restore that is cancelled while it waits, and of no other', async () => {
    const held = await holdLock(database.url, HOLD_STUDENTS);
    try {
      const send = (wait: boolean) =>
        sendForm(api, UPLOAD, { file, fields: { restore_mode: 'merge', wait: String(wait) } });
      const running = (await send(false)).json['data'] as TestJob;
      await waitForState(api, running.job_id, ['running']);
      const itsFiles = await quarantined();
      const waiting = (await send(true)).json['data'] as TestJob;
      expect((await quarantined()).length).toBe(itsFiles.length * 2);
      const cancelled = await api.call('POST', `/backup/api/jobs/${waiting.job_id}/cancel`);
      expect(cancelled.json['data']).toMatchObject({ state: 'cancelled', attempt: 0 });
      expect(await quarantined()).toEqual(itsFiles);
      await held.free();
      expect(await waitForJob(api, running.job_id)).toMatchObject({ state: 'success' });
    } finally {
      await held.free();
    }
  });

  it('knows no backup and no restore that is not there', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    for (const path of [`history/${id}`, `undo/${id}`]) {
      const answer = await api.call('POST', `/backup/api/restore/${path}`, {
        body: path.startsWith('undo') ? {} : { restore_mode: 'merge' },
      });
      expect(answer.status, answer.text).toBe(404);
    }
  });
});
