import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { makeKeyPair } from '@satchel/archive';
import { AlarmOutbox, JobStore, newBackupId, NO_KEYS, ScheduleStore, type Manifest } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  newestTestServer,
  query,
  testServers,
  type TestDatabase,
  type TestServer,
} from '@satchel/testing';
import {
  CheckKey,
  CreateBackup,
  drillReport,
  FireTimetables,
  JobAlarms,
  KeepCopies,
  MeasuredPromises,
  RunDrill,
  RunRecordedDrill,
  SystemStatus,
} from '@satchel/use-cases';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWiringConfig } from './wiring.config.js';
import { WiringModule } from './wiring.module.js';

/** Debian's pg_dump fits the servers up to its own major. */
const PG_DUMP_MAJOR = Number(
  /\(PostgreSQL\) (\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1],
);
const FITTING = testServers().filter(({ major }) => major <= PG_DUMP_MAJOR);

let database: TestDatabase;
let cwd: string;
const open: INestApplicationContext[] = [];

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'satchel-drills-'));
});
afterEach(async () => {
  for (const installation of open.splice(0)) await installation.close();
  await database.drop();
  await rm(cwd, { recursive: true });
});

async function install(
  env: Readonly<Record<string, string>> = {},
  server: TestServer = newestTestServer(),
): Promise<INestApplicationContext> {
  if (open.length === 0) database = await createTestDatabase(server, { template: 'school' });
  const given = {
    DATABASE_URL: database.url,
    BACKUP_DESTINATIONS: 'local,usb',
    DESTINATION_USB_URL: `file://${join(cwd, 'usb')}`,
    ...env,
  };
  const config = loadWiringConfig({ env: given, cwd });
  const installation = await NestFactory.createApplicationContext(
    WiringModule.forOptions({ config, notice: () => {} }),
    { logger: false },
  );
  open.push(installation);
  return installation;
}

async function backUp(installation: INestApplicationContext, scopeName = 'students'): Promise<Manifest> {
  const asked = { backupId: newBackupId(), scopeName, name: null, compression: 'zstd', jobs: 1 } as const;
  const { manifest } = await installation.get(CreateBackup).run({ ...asked, requestedBy: null });
  await installation.get(KeepCopies).afterBackup(manifest);
  return manifest;
}

const drill = async (installation: INestApplicationContext, scopeName = 'students') =>
  drillReport(await installation.get(RunDrill).run({ drillId: randomUUID(), scopeName, backupId: null }));

const scratchDatabases = () =>
  query(database.url, `SELECT FROM pg_database WHERE datname LIKE 'satchel_drill_%'`);

/** How many drills the timetable adds on its next day. */
async function dueDrills(installation: INestApplicationContext): Promise<number> {
  const timetables = installation.get(FireTimetables);
  const jobs = installation.get(JobStore);
  const before = await jobs.find({ kinds: ['drill'] });
  await timetables.run();
  await execute(database.url, `UPDATE satchel.timetable SET next_run_at = now() WHERE name = 'drill'`);
  await timetables.run();
  expect((await installation.get(ScheduleStore).nextOf('drill'))?.getTime()).toBeGreaterThan(Date.now());
  return (await jobs.find({ kinds: ['drill'] })).total - before.total;
}

async function damage(folder: string, { stored: { file } }: Manifest): Promise<void> {
  const path = join(cwd, folder, file);
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
}

describe('a drill of what is in several destinations', () => {
  it('restores from one that has the backup whole, and says where it could not', async () => {
    const installation = await install();
    const manifest = await backUp(installation);
    await damage('backups', manifest);
    expect(await drill(installation)).toMatchObject({
      backup_id: manifest.header.backup.id,
      rows: manifest.footer.totals.rows,
      warnings: [expect.stringMatching(/^Not restored from local: .* is damaged/)],
    });
    // And what it found is mended.
    expect(await drill(installation)).toMatchObject({ warnings: [] });
    await rm(join(cwd, 'backups', manifest.stored.file));
    expect(await drill(installation)).toMatchObject({
      backup_id: manifest.header.backup.id,
      warnings: [expect.stringContaining('Not restored from local')],
    });
  });

  it('fails where none has it whole', async () => {
    const installation = await install();
    const manifest = await backUp(installation);
    await damage('backups', manifest);
    await damage('usb', manifest);
    await expect(drill(installation)).rejects.toMatchObject({ kind: 'invalid_backup' });
    expect(await scratchDatabases()).toEqual([]);
  });
});

describe('a backup that only the second destination has', () => {
  it('counts in the promises and the status, and keys are tried on it', async () => {
    const { identity, recipient } = await makeKeyPair();
    const installation = await install({ BACKUP_RECIPIENTS: recipient });
    const { header, stored } = await backUp(installation);
    await rm(join(cwd, 'backups', stored.file));
    const backupId = header.backup.id;
    const promises = await installation.get(MeasuredPromises).run();
    expect(promises.find(({ scopeName }) => scopeName === 'students')).toMatchObject({ backupId });
    const { newest } = await installation.get(SystemStatus).run();
    expect(newest.find(({ scopeName }) => scopeName === 'students')).toMatchObject({ backupId });
    const checked = await installation.get(CheckKey).run({ ...NO_KEYS, identities: [identity] });
    expect(checked).toMatchObject([{ outcome: 'opens' }]);
    await rm(join(cwd, 'usb', stored.file));
    const lost = await installation.get(MeasuredPromises).run();
    expect(lost.find(({ scopeName }) => scopeName === 'students')).toMatchObject({ backupId: null });
  });
});

describe('a drill of an encrypted backup', () => {
  it('opens it with the identity of the installation; without one it says what to set, and tells of it once', async () => {
    const { identity, recipient } = await makeKeyPair();
    await writeFile(join(cwd, 'key.txt'), `${identity.reveal()}\n`, { mode: 0o600 });
    const blind = await install({ BACKUP_RECIPIENTS: recipient });
    const manifest = await backUp(blind);
    expect(manifest.stored.encryption).not.toBe('none');
    const work = { kind: 'drill', scopeName: 'students', backupId: null } as const;
    const alarms = blind.get(JobAlarms);
    for (let week = 0; week < 2; week += 1) {
      await expect(alarms.around(work, () => drill(blind))).rejects.toMatchObject({
        kind: 'wrong_key',
        message: expect.stringContaining('Set BACKUP_IDENTITY_FILE') as string,
        context: { setting: 'BACKUP_IDENTITY_FILE' },
      });
    }
    expect(await scratchDatabases()).toEqual([]);
    const told = await blind.get(AlarmOutbox).find({});
    expect(told.items.map(({ alarm }) => [alarm.kind, alarm.facts, alarm.timesSeen])).toEqual([
      ['drill_failed', { backupId: null, error: 'wrong_key' }, 2],
    ]);
    const seeing = await install({ BACKUP_RECIPIENTS: recipient, BACKUP_IDENTITY_FILE: 'key.txt' });
    expect(await seeing.get(JobAlarms).around(work, () => drill(seeing))).toMatchObject({
      backup_id: manifest.header.backup.id,
      rows: manifest.footer.totals.rows,
    });
    expect((await blind.get(AlarmOutbox).find({ open: true })).total).toBe(0);
  });

  it('comes by its timetable only where something opens it; elsewhere the promise says why', async () => {
    const { identity, recipient } = await makeKeyPair();
    await writeFile(join(cwd, 'key.txt'), `${identity.reveal()}\n`, { mode: 0o600 });
    const blind = await install({ BACKUP_RECIPIENTS: recipient });
    await backUp(blind);
    expect(await dueDrills(blind)).toBe(0);
    const ofStudents = async (installation: INestApplicationContext) =>
      (await installation.get(MeasuredPromises).run()).find(({ scopeName }) => scopeName === 'students');
    expect(await ofStudents(blind)).toMatchObject({
      drillNeedsKey: true,
      sentence: expect.stringContaining('it needs the key, which is not kept here') as string,
    });
    const identities = [identity];
    const asked = { scopeName: 'students', backupId: null, keys: { ...NO_KEYS, identities } };
    await blind.get(RunRecordedDrill).run(asked);
    expect((await ofStudents(blind))?.sentence).toMatch(/the last drill restored it in \d+ s\.$/);
    const seeing = await install({ BACKUP_RECIPIENTS: recipient, BACKUP_IDENTITY_FILE: 'key.txt' });
    expect(await ofStudents(seeing)).toMatchObject({ drillNeedsKey: false });
    expect(await dueDrills(seeing)).toBe(1);
  });

  it('names the passphrase where that is what opens it', async () => {
    const installation = await install({ BACKUP_PASSPHRASE: 'seven invented words for a test of this' });
    await backUp(installation);
    expect(await drill(installation)).toMatchObject({ warnings: [] });
    await expect(drill(await install())).rejects.toMatchObject({
      kind: 'wrong_key',
      context: { setting: 'BACKUP_PASSPHRASE' },
    });
  });
});

describe.each(FITTING)('a drill of a backup with its own definition, on PostgreSQL $major', server => {
  const PATH = process.env['PATH'] ?? '';

  it('makes the tables by it, whatever the live ones are by now', async () => {
    const installation = await install({ PATH }, server);
    const manifest = await backUp(installation, 'full');
    expect(manifest.definition).toMatchObject({ included: true });
    await execute(database.url, 'ALTER TABLE teachers_teacher ADD COLUMN nickname text');
    const report = await drill(installation, 'full');
    expect(report).toMatchObject({ definition_from: 'backup', differences: [], warnings: [] });
    expect(report.tables.filter(({ compared }) => !compared)).toEqual([]);
    expect(report.constraints).toBeGreaterThan(0);
  });

  it('takes the live definition where it is not of this installation, and says so', async () => {
    const signed = await install({ PATH, SATCHEL_SIGNING_KEY: 'a'.repeat(64) }, server);
    await backUp(signed, 'full');
    const other = await install({ PATH, SATCHEL_SIGNING_KEY: 'b'.repeat(64) }, server);
    expect(await drill(other, 'full')).toMatchObject({
      definition_from: 'live database',
      warnings: [expect.stringMatching(/own definition of the database was not used.*not signed/)],
    });
  });

  it('takes the live definition where its own cannot be run, and says so', async () => {
    const installation = await install({ PATH }, server);
    // Makes the catalog, which no definition holds; what refers to it cannot be made elsewhere.
    await backUp(installation, 'teachers');
    await execute(database.url, 'CREATE VIEW job_list AS SELECT job_id FROM satchel.job');
    await backUp(installation, 'full');
    expect(await drill(installation, 'full')).toMatchObject({
      definition_from: 'live database',
      warnings: [expect.stringMatching(/own definition of the database was not used.*own definition fails/)],
    });
  });
});
