import 'reflect-metadata';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { JobCommand, JobRecord, RestoreJob } from '@satchel/domain';
import { JobQueue, JobStore, UploadQuarantine } from '@satchel/domain';
import { createTestDatabase, execute, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { jobInState, newTestJob } from '@satchel/testing/conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadWiringConfig } from '../wiring.config.js';
import { ServerModule } from './server.module.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const SOME = 'attendance_attendance';

let database: TestDatabase;
let cwd: string;
let app: INestApplicationContext;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  cwd = await mkdtemp(join(tmpdir(), 'satchel-server-'));
  const config = loadWiringConfig({ env: { DATABASE_URL: database.url }, cwd });
  const server = await ServerModule.forOptions({ config, notice: () => {}, log: silent, takesJobs: true });
  app = await NestFactory.createApplicationContext(server, { logger: false });
});
afterAll(async () => {
  await app.close();
  await database.drop();
  await rm(cwd, { recursive: true });
});

/** Asks for a job and waits for its end. */
async function done(command: JobCommand, state: 'success' | 'failed' = 'success'): Promise<JobRecord> {
  const { jobId } = await app.get(JobQueue).enqueue(newTestJob(command));
  const record = await jobInState(app.get(JobStore), jobId, 'success', 'failed');
  expect(record).toMatchObject({ state });
  if (state === 'failed') return record;
  // The use case records its success first, and the job's report comes a moment after.
  return await vi.waitFor(async () => {
    const settled = await app.get(JobStore).get(jobId);
    if (settled === null) throw new Error('the job is gone');
    expect(settled.report).toHaveProperty('warnings');
    return settled;
  });
}

async function backUp(): Promise<JobRecord> {
  return done({ kind: 'backup', scopeName: 'full', name: null, compression: 'zstd', jobs: 1 });
}

function restoreOf(source: RestoreJob['source'], more: Partial<RestoreJob> = {}): RestoreJob {
  return {
    kind: 'restore',
    source,
    mode: 'replace',
    duplicateStrategy: 'update',
    allowMissing: false,
    fill: {},
    only: [],
    safetyBackup: true,
    agreedPlan: null,
    ...more,
  };
}

async function upload(file: string): Promise<{ uploadId: string; name: string }> {
  const body = createReadStream(join(cwd, 'backups', file));
  return app.get(UploadQuarantine).receive(`../${file}`, body, { maxBytes: 1e9 });
}

async function rowsOf(table: string): Promise<number> {
  const [row] = await query<{ rows: number }>(database.url, `SELECT count(*)::int AS rows FROM ${table}`);
  return row?.rows ?? 0;
}

describe('a server without Redis', { timeout: 120_000 }, () => {
  it('backs up, and reports tables and rows', async () => {
    const { report, ...record } = await backUp();
    expect(record).toMatchObject({ scopeName: 'full', requestedBy: 'asha', attempt: 1, error: null });
    expect(report).toMatchObject({ backup_id: record.jobId, backup_type: 'full', warnings: [] });
    const { rows, tables } = report as { rows: number; tables: { name: string; rows: number }[] };
    expect(tables.find(({ name }) => name === SOME)?.rows).toBe(await rowsOf(SOME));
    expect(rows).toBe(record.rows);
    expect(JSON.stringify(report)).not.toContain(cwd);
  });

  it('restores a stored backup, says per table what it did, and takes it back', async () => {
    const { jobId: backupId } = await backUp();
    const before = await rowsOf(SOME);
    await execute(
      database.url,
      `DELETE FROM ${SOME} WHERE id IN (SELECT id FROM ${SOME} ORDER BY id LIMIT 10)`,
    );
    const restored = await done(restoreOf({ from: 'backup', backupId }));
    expect(restored.report).toMatchObject({
      restore_id: restored.jobId,
      undoes: null,
      origin: 'ours',
      backup: { backup_id: backupId, backup_type: 'full' },
      mode: 'replace',
      totals: { created: 10, updated: 0, skipped: 0, deleted: 0 },
      differences: [],
      warnings: [],
    });
    const { tables, safety_backup: safety } = restored.report as {
      tables: unknown[];
      safety_backup: { backup_id: string };
    };
    expect(tables).toContainEqual(
      expect.objectContaining({ name: SOME, created: 10, unchanged: before - 10 }),
    );
    expect(restored.safetyBackupId).toBe(safety.backup_id);
    expect(await rowsOf(SOME)).toBe(before);

    const undone = await done({
      kind: 'undo',
      restoreId: restored.jobId,
      overwriteEdited: false,
      safetyBackup: true,
    });
    expect(undone.report).toMatchObject({
      restore_id: undone.jobId,
      undoes: restored.jobId,
      totals: { deleted: 10 },
    });
    expect(await rowsOf(SOME)).toBe(before - 10);
  });

  it('restores an upload, which is gone then', async () => {
    const { file } = await backUp();
    const { uploadId, name } = await upload(file ?? '');
    const { report } = await done(restoreOf({ from: 'upload', uploadId, name }));
    expect(report).toMatchObject({ totals: { created: 0, updated: 0, deleted: 0 }, safety_backup: null });
    expect(await app.get(UploadQuarantine).stat(uploadId)).toBeNull();
    expect(await readdir(join(cwd, '.satchel', 'quarantine'))).toEqual([]);
    const again = await done(restoreOf({ from: 'upload', uploadId, name }), 'failed');
    expect(again.error).toMatchObject({ kind: 'not_found' });
  });

  it('removes an upload also when its restore fails, and does nothing that was not agreed to', async () => {
    const { file } = await backUp();
    const { uploadId, name } = await upload(file ?? '');
    const rows = await rowsOf(SOME);
    await execute(database.url, `DELETE FROM ${SOME} WHERE id = (SELECT max(id) FROM ${SOME})`);
    const agreedPlan = `sha256:${'0'.repeat(64)}`;
    const { error } = await done(restoreOf({ from: 'upload', uploadId, name }, { agreedPlan }), 'failed');
    expect(error).toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('Nothing was changed'),
    });
    expect(await rowsOf(SOME)).toBe(rows - 1);
    // The failure is recorded first, and the upload goes a moment after.
    await expect.poll(() => readdir(join(cwd, '.satchel', 'quarantine')), { timeout: 10_000 }).toEqual([]);
  });

  it('verifies a stored backup against its manifest', async () => {
    const { jobId: backupId, rows } = await backUp();
    const { report } = await done({ kind: 'verify', backupId });
    expect(report).toMatchObject({
      backup_id: backupId,
      origin: 'ours',
      rows,
      checked: ['stored_bytes', 'manifest', 'layout', 'rows', 'counts', 'digests', 'signature'],
    });
    expect((await app.get(JobStore).get(backupId))?.verifiedAt).toBeInstanceOf(Date);
    const missing = await done(
      { kind: 'verify', backupId: '00000000-0000-4000-8000-000000000000' },
      'failed',
    );
    expect(missing.error).toMatchObject({ kind: 'not_found' });
  });

  it('says what became of each backup in a cleanup', async () => {
    const { jobId } = await backUp();
    const { report } = await done({ kind: 'cleanup', days: 30 });
    expect(report).toMatchObject({ days: 30, deleted: 0, failed: 0, freed_bytes: 0 });
    const { backups } = report as { backups: unknown[] };
    expect(backups).toContainEqual(expect.objectContaining({ backup_id: jobId, outcome: 'kept' }));
  });

  it('refuses a type that there is not, for good', async () => {
    const command = {
      kind: 'backup',
      scopeName: 'nonsense',
      name: null,
      compression: 'none',
      jobs: 1,
    } as const;
    expect((await done(command, 'failed')).error).toMatchObject({ kind: 'validation_error' });
  });
});
