import 'reflect-metadata';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { JobCommand, JobRecord } from '@satchel/domain';
import { BackupCatalog, JobQueue, JobStore, ScheduleStore } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  FixedClock,
  newestTestServer,
  query,
  type TestDatabase,
} from '@satchel/testing';
import { jobInState, newTestJob } from '@satchel/testing/conformance';
import { EditSchedules, FireTimetables, isDrillReport, MeasuredPromises } from '@satchel/use-cases';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadWiringConfig } from '../wiring.config.js';
import { ServerModule } from './server.module.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let database: TestDatabase;
let cwd: string;
let app: INestApplicationContext;
let clock: FixedClock;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  cwd = await mkdtemp(join(tmpdir(), 'satchel-operations-'));
  const env = { DATABASE_URL: database.url, TIME_ZONE: 'Asia/Kolkata' };
  clock = new FixedClock();
  const config = loadWiringConfig({ env, cwd });
  const server = await ServerModule.forOptions({
    config,
    notice: () => {},
    log: silent,
    takesJobs: true,
    clock,
  });
  app = await NestFactory.createApplicationContext(server, { logger: false });
});
afterAll(async () => {
  await app.close();
  await database.drop();
  await rm(cwd, { recursive: true });
});
beforeEach(() => clock.set(new Date()));

async function ended(jobId: string): Promise<JobRecord> {
  const record = await jobInState(app.get(JobStore), jobId, 'success', 'failed');
  if (record.state === 'failed') return record;
  return await vi.waitFor(async () => {
    const settled = await app.get(JobStore).get(jobId);
    expect(settled?.report).toHaveProperty('warnings');
    return settled as JobRecord;
  });
}

async function done(command: JobCommand): Promise<JobRecord> {
  return await ended((await app.get(JobQueue).enqueue(newTestJob(command))).jobId);
}

const backUp = (scopeName = 'full') =>
  done({ kind: 'backup', scopeName, name: null, compression: 'zstd', jobs: 1 });
const drill = (scopeName = 'full', backupId: string | null = null) =>
  done({ kind: 'drill', scopeName, backupId });
const scratchDatabases = () =>
  query(database.url, `SELECT FROM pg_database WHERE datname LIKE 'satchel_drill_%'`);

describe('a restore drill', () => {
  it.each(['full', 'students', 'financial'])(
    'proves the newest backup of type %s, and leaves nothing',
    async type => {
      const backup = await backUp(type);
      const before = await query(database.url, 'SELECT count(*)::int AS n FROM students_student');
      const { state, report, scopeName } = await drill(type);
      expect({ state, scopeName }).toEqual({ state: 'success', scopeName: type });
      if (!isDrillReport(report)) throw new Error('no report of a drill');
      expect(report).toMatchObject({
        backup_id: backup.jobId,
        rows: backup.rows,
        warnings: [],
        differences: [],
      });
      expect(report.tables.length).toBeGreaterThan(2);
      expect(report.tables.filter(({ compared }) => !compared)).toEqual([]);
      expect(report.constraints).toBeGreaterThan(0);
      expect(report.restore_seconds).toBeGreaterThan(0);
      expect(await scratchDatabases()).toEqual([]);
      expect(await query(database.url, 'SELECT count(*)::int AS n FROM students_student')).toEqual(before);
      expect((await app.get(BackupCatalog).get(backup.jobId))?.verifiedAt).not.toBeNull();
    },
  );

  it('goes on where the live table has another column by now, and says what it could not compare', async () => {
    await backUp('teachers');
    await execute(database.url, 'ALTER TABLE teachers_teacher ADD COLUMN nickname text');
    const { state, report } = await drill('teachers');
    await execute(database.url, 'ALTER TABLE teachers_teacher DROP COLUMN nickname');
    expect(state).toBe('success');
    expect(report).toMatchObject({ warnings: [expect.stringContaining('teachers_teacher')] });
  });

  it('fails on a damaged backup, which is good no more, and drops the scratch database', async () => {
    const { jobId, file } = await backUp('students');
    const path = join(cwd, 'backups', file ?? '');
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    await writeFile(path, bytes);
    const { state, error } = await drill('students');
    expect({ state, kind: error?.kind }).toEqual({ state: 'failed', kind: 'invalid_backup' });
    expect(error?.context).toMatchObject({ backupId: jobId });
    expect(await scratchDatabases()).toEqual([]);
    // The next one takes the newest that is good.
    const { report } = await drill('students');
    expect(isDrillReport(report) && report.backup_id).not.toBe(jobId);
  });

  it('has nothing to do where there is no backup', async () => {
    const { state, error } = await drill('full', '00000000-0000-4000-8000-000000000000');
    expect({ state, kind: error?.kind }).toEqual({ state: 'failed', kind: 'not_found' });
  });

  it('comes by its timetable, of each type that there is a backup of', async () => {
    await backUp();
    const timetables = app.get(FireTimetables);
    await timetables.run();
    const due = await app.get(ScheduleStore).nextOf('drill');
    // 4:00 in Kolkata, on a Sunday.
    expect(due?.toISOString()).toMatch(/T22:30:00/);
    const before = await app.get(JobStore).find({ kinds: ['drill'] });
    clock.set(due ?? '');
    expect(await timetables.run()).toContain('drill');
    expect(await timetables.run()).toEqual([]);
    const { total } = await app.get(JobStore).find({ kinds: ['drill'] });
    expect(total - before.total).toBeGreaterThanOrEqual(1);
    // So that none is at work while something else is tried.
    const { items } = await app.get(JobStore).find({ kinds: ['drill'], states: ['pending', 'running'] });
    await Promise.all(items.map(({ jobId }) => ended(jobId)));
  });
});

describe('a schedule', () => {
  it('makes a backup, found by the queue, and counts in what can be promised', async () => {
    const edit = app.get(EditSchedules);
    const compression = 'zstd' as const;
    await edit.add({ name: 'hourly', scopeName: 'full', cron: '0 * * * *', compression, paused: false });
    const due = (await edit.get('hourly')).nextRunAt as Date;
    clock.set(new Date(due.getTime() + 20 * 60_000));
    const promises = app.get(MeasuredPromises);
    expect((await promises.run()).find(({ scopeName }) => scopeName === 'full')).toMatchObject({
      overdue: true,
      overdueBecause: expect.stringContaining('hourly') as string,
    });
    // The chore does it by itself.
    const jobId = await vi.waitFor(
      async () => {
        const { lastJobId } = await edit.get('hourly');
        if (lastJobId === null) throw new Error('it has not fired');
        return lastJobId;
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(await ended(jobId)).toMatchObject({
      state: 'success',
      name: 'hourly',
      requestedBy: 'schedule:hourly',
    });
    await execute(database.url, `DELETE FROM satchel.job WHERE kind = 'drill' AND scope_name = 'teachers'`);
    const [full, ...others] = await promises.run();
    // Never drilled themselves; the newest backup that holds them is one of everything, and that was.
    const teachers = others.find(({ scopeName }) => scopeName === 'teachers');
    expect(teachers?.lastDrill).toEqual(full?.lastDrill);
    expect(full).toMatchObject({ scopeName: 'full', overdue: false, backupId: jobId });
    expect(full?.sentence).toMatch(/^If the database died now you would lose .*restored it in \d+ s\.$/);
  });
});
