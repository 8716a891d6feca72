import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeKeyPair, type AgeKeyPair } from '@satchel/archive';
import { createTestDatabase, execute, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from '../testing/start-test-api.js';
import { startTestApi } from '../testing/start-test-api.js';
import { sendForm } from '../testing/send-form.js';
import { runJob, waitForJob, type TestJob } from '../testing/wait-for-job.js';
import { ANALYSIS } from './restore.dto.js';

const ANALYZE = '/backup/api/restore/analyze/';
const UPLOAD = '/backup/api/restore/upload/';

let database: TestDatabase;
let api: TestApi;
let pair: AgeKeyPair;
let stranger: AgeKeyPair;
let backup: TestJob;
let file: Buffer;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  [pair, stranger] = await Promise.all([makeKeyPair(), makeKeyPair()]);
  api = await startTestApi({ env: { DATABASE_URL: database.url, BACKUP_RECIPIENTS: pair.recipient } });
  backup = await runJob(api, '/backup/api/create/', { backup_type: 'students' });
  file = await readFile(join(api.folder, 'backups', String(backup['file'])));
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

const identity = (of = pair): string => `# from the safe\n${of.identity.reveal()}\n`;

async function spoil(): Promise<void> {
  await execute(database.url, `UPDATE students_student SET last_name = 'Mistake'`);
}

async function mistakes(): Promise<number> {
  const [row] = await query<{ n: number }>(
    database.url,
    `SELECT count(*)::int AS n FROM students_student WHERE last_name = 'Mistake'`,
  );
  return row?.n ?? -1;
}

describe('an encrypted backup', () => {
  it('is encrypted at rest, and says for whom', async () => {
    expect(String(backup['file'])).toMatch(/\.json\.zst\.age$/);
    expect(file.toString('latin1', 0, 21)).toBe('age-encryption.org/v1');
    const encryption = { format: 'age', recipients: [pair.recipient], passphrase: false };
    expect(backup.report).toMatchObject({ encryption });
    const details = await api.call('GET', `/backup/api/backups/${backup.job_id}/`);
    expect(details.json['data']).toMatchObject({ encryption });
  });

  it('is verified by its stored bytes without a key, and whole with one', async () => {
    const path = `/backup/api/verify/${backup.job_id}/`;
    const blind = await runJob(api, path);
    expect(blind.report).toMatchObject({
      opened: false,
      origin: null,
      checked: ['stored_bytes', 'manifest'],
      rows: backup['rows'],
    });
    expect(JSON.stringify(blind.report?.['warnings'])).toContain('content was not looked at');
    const whole = await runJob(api, path, { identity: identity() });
    expect(whole.report).toMatchObject({ opened: true, origin: 'ours', rows: backup['rows'] });
    const wrong = await api.call('POST', path, { body: { identity: identity(stranger) } });
    expect(wrong.status).toBe(422);
    expect(wrong.json).toMatchObject({ error_type: 'wrong_key', details: { recipients: [pair.recipient] } });
  });

  it('is looked into with its key only, and the file that was sent can be tried again', async () => {
    const blind = await sendForm(api, ANALYZE, { file, fields: { keep: 'true' } });
    expect(blind.status).toBe(422);
    expect(blind.json).toMatchObject({ error_type: 'wrong_key' });
    const { upload_id: uploadId } = blind.json['details'] as { upload_id: string };
    const again = await api.call('POST', ANALYZE, { body: { upload_id: uploadId, identity: identity() } });
    expect(again.status, again.text).toBe(200);
    expect(ANALYSIS.parse(again.json['data'])).toMatchObject({ origin: 'ours', rows: backup['rows'] });
    await api.call('DELETE', `/backup/api/restore/upload/${uploadId}/`);
    const atOnce = await sendForm(api, ANALYZE, {
      file,
      fields: { identity: identity() },
      fieldsLast: true,
    });
    expect(atOnce.status, JSON.stringify(atOnce.json)).toBe(200);
  });

  it('is restored from history and from a file, undone with the key, and no key is kept', async () => {
    const path = `/backup/api/restore/history/${backup.job_id}/`;
    for (const keys of [{}, { identity: identity(stranger) }]) {
      const refused = await api.call('POST', path, { body: { restore_mode: 'merge', ...keys } });
      expect(refused.json).toMatchObject({ error_type: 'wrong_key' });
    }
    const refused = await sendForm(api, UPLOAD, { file, fields: { restore_mode: 'merge' } });
    expect(refused.json).toMatchObject({ error_type: 'wrong_key' });

    await spoil();
    const restored = await runJob(api, path, { restore_mode: 'merge', identity: identity() });
    expect(restored.error).toBe(null);
    expect(await mistakes()).toBe(0);

    // What it kept before is for the same key.
    const undo = `/backup/api/restore/undo/${restored.job_id}/`;
    expect((await api.call('POST', undo, { body: {} })).json).toMatchObject({ error_type: 'wrong_key' });
    expect((await runJob(api, undo, { identity: identity() })).error).toBe(null);
    expect(await mistakes()).toBeGreaterThan(0);

    const sent = await sendForm(api, UPLOAD, {
      file,
      fields: { restore_mode: 'merge', identity: identity() },
    });
    expect(sent.status, JSON.stringify(sent.json)).toBe(202);
    expect((await waitForJob(api, (sent.json['data'] as TestJob).job_id)).error).toBe(null);
    expect(await mistakes()).toBe(0);

    const kept = await query<{ text: string }>(
      database.url,
      `SELECT (SELECT string_agg(job::text, ' ') FROM satchel.job)
         || (SELECT string_agg(event::text, ' ') FROM satchel.audit_event AS event) AS text`,
    );
    const all = kept[0]?.text ?? '';
    expect(all).toContain(restored.job_id);
    expect(all).not.toContain('sealedKeys');
    for (const { identity: secret } of [pair, stranger]) {
      expect(all.toUpperCase()).not.toContain(secret.reveal().slice(20));
    }
  });

  it('says what is wrong with a key without repeating it', async () => {
    const broken = pair.identity.reveal().replace(/.$/, last => (last === 'Q' ? 'P' : 'Q'));
    const answer = await api.call('POST', ANALYZE, {
      body: { backup_id: backup.job_id, identity: broken },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(broken.slice(20, 50));
  });

  it('is invalid, not locked, where it is damaged', async () => {
    const damaged = Buffer.from(file);
    damaged[damaged.length - 40] = (damaged[damaged.length - 40] ?? 0) ^ 1;
    const answer = await sendForm(api, ANALYZE, { file: damaged, fields: { identity: identity() } });
    expect(answer.json).toMatchObject({ error_type: 'invalid_backup' });
    // Stored, and without a key: its stored bytes tell.
    const path = join(api.folder, 'backups', String(backup['file']));
    await writeFile(path, damaged);
    try {
      const job = await runJob(api, `/backup/api/verify/${backup.job_id}/`);
      expect(job.error).toMatchObject({ error_type: 'invalid_backup' });
    } finally {
      await writeFile(path, file);
    }
  });
});
