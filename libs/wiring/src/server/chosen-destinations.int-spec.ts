import 'reflect-metadata';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ChosenDestinations, JobRecord } from '@satchel/domain';
import { BackupCatalog, CopyStore, JobStore } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  FixedClock,
  newestTestServer,
  type TestDatabase,
} from '@satchel/testing';
import {
  DeleteBackup,
  EditSchedules,
  FireSchedules,
  KeepCopies,
  ListDestinations,
  RebuildCatalog,
} from '@satchel/use-cases';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadWiringConfig } from '../wiring.config.js';
import { ServerModule } from './server.module.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let database: TestDatabase;
let cwd: string;
let app: INestApplicationContext;
let clock: FixedClock;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  cwd = await mkdtemp(join(tmpdir(), 'satchel-chosen-'));
  clock = new FixedClock(new Date());
  const env = {
    DATABASE_URL: database.url,
    TIME_ZONE: 'UTC',
    BACKUP_DESTINATIONS: 'local,usb,attic',
    DESTINATION_USB_URL: `file://${cwd}/usb`,
    DESTINATION_ATTIC_URL: `file://${cwd}/attic`,
  };
  const config = loadWiringConfig({ env, cwd });
  const options = { config, notice: () => {}, log: silent, takesJobs: true, clock };
  app = await NestFactory.createApplicationContext(await ServerModule.forOptions(options), { logger: false });
});
afterEach(async () => {
  await app.close();
  await database.drop();
  await rm(cwd, { recursive: true });
});

/** Archives and manifests. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(join(cwd, folder)).catch(() => [])).filter(name => name.includes('.json'));
}

/** How many there are in each destination. */
async function kept(): Promise<Record<string, number>> {
  const counted = ['backups', 'usb', 'attic'].map(async folder => [folder, (await namesIn(folder)).length]);
  return Object.fromEntries(await Promise.all(counted)) as Record<string, number>;
}

async function backUpBySchedule(name: string, destinations: ChosenDestinations): Promise<JobRecord> {
  const schedules = app.get(EditSchedules);
  await schedules.add({
    name,
    scopeName: 'teachers',
    cron: '0 * * * *',
    compression: 'none',
    destinations,
    paused: false,
  });
  clock.advance(3_600_000);
  await app.get(FireSchedules).run();
  await schedules.pause(name);
  return await vi.waitFor(
    async () => {
      const { lastJobId } = await schedules.get(name);
      const job = await app.get(JobStore).get(lastJobId ?? '');
      expect(job).toMatchObject({ state: 'success', report: { warnings: [] } });
      return job as JobRecord;
    },
    { timeout: 20_000, interval: 100 },
  );
}

const unfinished = async () =>
  (await app.get(ListDestinations).run()).destinations.map(each => each.unfinishedCopies);

it('keeps the backups of a schedule where it says, and nowhere else after the catalog was built anew', async () => {
  const { jobId } = await backUpBySchedule('near', ['usb']);
  const near = { backups: 2, usb: 2, attic: 0 };
  expect(await kept()).toEqual(near);
  await execute(database.url, 'DELETE FROM satchel.copy; DELETE FROM satchel.job');
  expect(await app.get(RebuildCatalog).run()).toMatchObject({ added: 1, warnings: [] });
  // The copy in the other destination is lost with it.
  for (const name of await namesIn('usb')) await rm(join(cwd, 'usb', name));
  expect(await app.get(KeepCopies).run()).toMatchObject({ stored: 1, failed: 0, warnings: [] });
  expect(await app.get(KeepCopies).run()).toMatchObject({ stored: 0, failed: 0, warnings: [] });
  expect(await kept()).toEqual(near);
  expect(await unfinished()).toEqual([0, 0, 0]);
  const destinations = ['local', 'usb'];
  const copies = await app.get(CopyStore).find({ backupIds: [jobId] });
  expect(copies.toSorted((a, b) => a.destination.localeCompare(b.destination))).toMatchObject(
    destinations.map(destination => ({ destination, state: 'stored', destinations })),
  );
  await app.get(DeleteBackup).run({ backupId: jobId, force: true });
  expect(await kept()).toEqual({ backups: 0, usb: 0, attic: 0 });
  expect(await app.get(CopyStore).find()).toEqual([]);
  expect((await app.get(BackupCatalog).get(jobId))?.deletedAt).not.toBeNull();
});

it('goes on where the settings have lost a destination of a schedule, and where there is no choice', async () => {
  const schedules = app.get(EditSchedules);
  await backUpBySchedule('everywhere', null);
  expect(await kept()).toEqual({ backups: 2, usb: 2, attic: 2 });
  await backUpBySchedule('alone', []);
  expect(await kept()).toEqual({ backups: 4, usb: 2, attic: 2 });
  await execute(
    database.url,
    `UPDATE satchel.schedule SET destinations = '{local,tape,usb}' WHERE name = 'alone'`,
  );
  expect(await schedules.resume('alone')).toMatchObject({ unknownDestinations: ['tape'] });
  clock.advance(3_600_000);
  await app.get(FireSchedules).run();
  await vi.waitFor(async () => {
    expect(await kept()).toEqual({ backups: 6, usb: 4, attic: 2 });
    // A copy's file is there a moment before it is known to be.
    expect(await unfinished()).toEqual([0, 0, 0]);
  }, 20_000);
});
