import { readdir, rm } from 'node:fs/promises';
import {
  createTestDatabase,
  newestTestServer,
  startTestS3,
  type TestDatabase,
  type TestS3,
} from '@satchel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asObject, Sandbox } from './sandbox.js';
import type { CliRun } from './standing-cli.js';

const SECRET = 'a very secret key';

let database: TestDatabase;
let s3: TestS3;
let sandbox: Sandbox;
let env: Record<string, string>;

beforeEach(async () => {
  [database, s3] = await Promise.all([
    createTestDatabase(newestTestServer(), { template: 'school' }),
    startTestS3(),
  ]);
  await s3.createBucket('school');
  sandbox = await Sandbox.make(database.url);
  env = {
    BACKUP_DESTINATIONS: 'cloud,local',
    DESTINATION_CLOUD_URL: `s3://school/backups?endpoint=${s3.endpoint}`,
    DESTINATION_CLOUD_ACCESS_KEY_ID: 'test',
    DESTINATION_CLOUD_SECRET_ACCESS_KEY: SECRET,
  };
});

afterEach(async () => {
  await s3.stop();
  await sandbox.remove();
  await database.drop();
});

async function json(...args: string[]) {
  return documentOf(await sandbox.run([...args, '--json'], { env }));
}

/** By the program itself, so that what it is bundled of is all there. */
async function jsonOfProgram(...args: string[]) {
  return documentOf(await sandbox.runProgram([...args, '--json'], { env }));
}

function documentOf({ code, stdout, stderr }: CliRun) {
  expect(`${stdout}${stderr}`).not.toContain(SECRET);
  return { code, stderr, document: asObject(JSON.parse(stdout) as never) };
}

it('backs up into a bucket and a folder, and lives on with either of them', async () => {
  const made = await jsonOfProgram('create', '--type=teachers');
  expect(made).toMatchObject({ code: 0, document: { data: { location: 's3://school/backups/' } } });
  const { file, path } = asObject(made.document['data']);
  expect(path).toBe(`s3://school/backups/${String(file)}`);
  expect(await sandbox.backupFiles()).toEqual([file, `${String(file)}.manifest.json`]);

  expect(await jsonOfProgram('storage', 'list')).toMatchObject({
    code: 0,
    document: {
      data: {
        destinations: [
          { name: 'cloud', kind: 's3', primary: true, reachable: true, backups: 1, unfinished_copies: 0 },
          { name: 'local', kind: 'local', primary: false, backups: 1, unfinished_copies: 0 },
        ],
      },
    },
  });
  const listed = await sandbox.run(['list'], { env });
  expect(listed.stdout).toContain('2 of 2');

  // The folder's disk is replaced: its copy comes back from the bucket.
  await rm(sandbox.path('backups'), { recursive: true });
  expect(await jsonOfProgram('storage', 'copy')).toMatchObject({
    code: 0,
    document: { data: { stored: 1 } },
  });
  expect(await sandbox.backupFiles()).toEqual([file, `${String(file)}.manifest.json`]);

  // The bucket's server is gone: everything that reads finds the folder.
  await s3.stop();
  expect(await json('verify', `--file=${String(file)}`)).toMatchObject({
    code: 0,
    document: { data: { manifest: true, copies: [{ destination: 'cloud' }, { destination: 'local' }] } },
  });
  expect((await json('restore', `--file=${String(file)}`, '--yes', '--no-safety-backup')).code).toBe(0);
  const list = await json('storage', 'list');
  expect(list.document).toMatchObject({
    data: { destinations: [{ reachable: false }, { reachable: true }] },
  });
});

it('makes a backup although a second destination is away, says so, and catches up', async () => {
  env = { ...env, BACKUP_DESTINATIONS: 'local,cloud' };
  const port = Number(new URL(s3.endpoint).port);
  await s3.stop();
  const made = await json('create', '--type=teachers');
  expect(made.code).toBe(0);
  expect(made.document['warnings']).toEqual([
    expect.stringMatching(/The copy of .* in cloud failed, and is tried again: .* cannot be reached/),
  ]);
  s3 = await startTestS3(port);
  await s3.createBucket('school');
  expect((await json('storage', 'list')).document).toMatchObject({
    data: { destinations: [{ unfinished_copies: 0 }, { backups: 0, unfinished_copies: 1 }] },
  });
  expect((await json('storage', 'copy')).document).toMatchObject({ data: { stored: 1, failed: 0 } });
  expect((await json('storage', 'list')).document).toMatchObject({
    data: { destinations: [{ unfinished_copies: 0 }, { backups: 1, unfinished_copies: 0 }] },
  });
});

it('tries out a bucket with the checks that the product itself is built against', async () => {
  const passed = await sandbox.runProgram(['storage', 'check', '--destination=cloud'], { env });
  expect(passed).toMatchObject({ code: 0 });
  expect(passed.stdout).toMatch(
    /cloud \(s3:\/\/school\/backups\/\) does all that backups need: \d\d checks passed/,
  );
  expect(passed.stderr).toContain('ok      write stores exactly the bytes');
  const left = await fetch(`${s3.endpoint}/school?list-type=2`);
  expect(await left.text()).not.toContain('<Contents>');

  env = { ...env, DESTINATION_CLOUD_ACCESS_KEY_ID: 'FORBIDDEN' };
  const refused = await json('storage', 'check', '--destination=cloud');
  expect(refused.code).toBe(16);
  expect(refused.document).toMatchObject({
    status: 'success',
    data: {
      passed: false,
      checks: [{ passed: false, problem: expect.stringContaining('Give it the rights s3:ListBucket') }],
    },
  });
  expect((await json('storage', 'check', '--destination=nowhere')).code).toBe(10);
});

it('names every wrong setting of a destination at once', async () => {
  env = {
    BACKUP_DESTINATIONS: 'local,cloud,usb,tape',
    DESTINATION_CLOUD_URL: 's3://school?regoin=eu',
    DESTINATION_USB_URL: 'file://usb/backups',
    DESTINATION_TAPE_URL: 's3://tape',
    DESTINATION_TAPE_ACCESS_KEY_ID: 'test',
    DESTINATION_OLD_URL: 's3://old',
  };
  const { code, document } = await json('storage', 'list');
  expect(code).toBe(2);
  expect(document['details']).toMatchObject({
    settings: [
      { setting: 'DESTINATION_CLOUD_URL', problem: expect.stringContaining('regoin') },
      { setting: 'DESTINATION_USB_URL' },
      { setting: 'DESTINATION_TAPE_SECRET_ACCESS_KEY' },
      { setting: 'DESTINATION_OLD_URL', problem: expect.stringContaining('does not name') },
    ],
  });
});

it('keeps a backup, and those of a schedule, where one says', async () => {
  env = {
    ...env,
    DESTINATION_USB_URL: `file://${sandbox.path('usb')}`,
    BACKUP_DESTINATIONS: 'local,cloud,usb',
  };
  const inUsb = async () =>
    (await readdir(sandbox.path('usb')).catch(() => [])).filter(name => /json/.test(name));
  const made = await json('create', '--type=teachers', '--destination=cloud');
  expect(made).toMatchObject({
    code: 0,
    document: expect.not.objectContaining({ warnings: expect.anything() }),
  });
  expect(await json('storage', 'copy')).toMatchObject({ document: { data: { stored: 0, failed: 0 } } });
  expect(await inUsb()).toEqual([]);
  expect((await sandbox.run(['list'], { env })).stdout).toContain('2 of 2');
  const wrong = await json('create', '--destination=tape');
  expect(wrong).toMatchObject({ code: 2, document: { error_type: 'validation_error' } });
  expect(wrong.document['message']).toContain('name: local, cloud, usb');
  expect((await json('create', '--destination=usb', `--output-dir=${sandbox.path('aside')}`)).code).toBe(2);
  expect((await json('create', '--destination=all,usb')).code).toBe(2);

  const near = ['near', '--type=teachers', '--cron=0 * * * *'];
  const added = await json('schedule', 'add', ...near, '--destination=usb', '--destination=local');
  expect(added.document).toMatchObject({ data: { destinations: ['local', 'usb'] } });
  expect(await json('schedule', 'run', 'near')).toMatchObject({
    code: 0,
    document: expect.not.objectContaining({ warnings: expect.anything() }),
  });
  expect(await inUsb()).toHaveLength(2);
  const { BACKUP_DESTINATIONS: _all, DESTINATION_USB_URL: _usb, ...without } = env;
  env = { ...without, BACKUP_DESTINATIONS: 'local,cloud' };
  expect((await sandbox.run(['schedule', 'list'], { env })).stdout).toContain('local, usb (unknown)');
  expect(await json('schedule', 'list')).toMatchObject({
    document: { data: { schedules: [{ destinations: ['local', 'usb'], unknown_destinations: ['usb'] }] } },
  });
  expect(await json('schedule', 'run', 'near')).toMatchObject({
    code: 0,
    document: expect.not.objectContaining({ warnings: expect.anything() }),
  });
  const edited = await json('schedule', 'edit', 'near', '--destination=all');
  expect(edited.document).toMatchObject({ data: { destinations: null, unknown_destinations: [] } });
});

it('puts a backup aside in a folder of its own, and nowhere else', async () => {
  const { code } = await json('create', '--type=teachers', `--output-dir=${sandbox.path('aside')}`);
  expect(code).toBe(0);
  expect((await readdir(sandbox.path('aside'))).length).toBe(2);
  expect(await sandbox.backupFiles()).toEqual([]);
});
