import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createTestDatabase, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asObject, Sandbox, type Json } from './sandbox.js';

/** One small database for all: each test makes the backups that it looks at. */
let database: TestDatabase;
let sandbox: Sandbox;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  await query(
    database.url,
    `CREATE TABLE pupil (id int PRIMARY KEY, name text NOT NULL, sibling int REFERENCES pupil);
     INSERT INTO pupil VALUES (1, 'Asha', NULL), (2, 'Bela', 1)`,
  );
  sandbox = await Sandbox.make(database.url);
});

afterAll(async () => {
  await sandbox.remove();
  await database.drop();
});

async function succeed(args: readonly string[], env: Record<string, string> = {}): Promise<Json> {
  return succeeded(await sandbox.json(args, { env }));
}

function succeeded({ code, document }: Awaited<ReturnType<Sandbox['json']>>): Json {
  expect(document).toMatchObject({ status: 'success' });
  expect(code).toBe(0);
  return asObject(document['data']);
}

it('keeps a schedule: shows its next five times, lets it rest, and makes its backup now', async () => {
  const nightly = ['nightly', '--cron=30 2 * * *', '--time-zone=Asia/Kolkata'];
  const added = await succeed(['schedule', 'add', ...nightly]);
  expect(added).toMatchObject({ name: 'nightly', backup_type: 'full', paused: false });
  // 2:30 in India, which knows no summer time.
  expect(added['next_runs']).toEqual(
    Array.from({ length: 5 }, () => expect.stringMatching(/T21:00:00\.000Z$/) as unknown),
  );
  const twice = await sandbox.json(['schedule', 'add', ...nightly]);
  expect([twice.code, twice.document['error_type']]).toEqual([11, 'conflict']);
  const never = await sandbox.json(['schedule', 'add', 'never', '--cron=0 0 30 2 *']);
  expect([never.code, never.document['error_type']]).toEqual([2, 'validation_error']);

  expect(await succeed(['schedule', 'pause', 'nightly'])).toMatchObject({ paused: true, next_runs: [] });
  // Somebody asks for it, so it runs although it rests.
  const made = succeeded(await sandbox.jsonOfProgram(['schedule', 'run', 'nightly']));
  expect(made).toMatchObject({ backup_type: 'full', backup_name: 'nightly' });
  expect(await succeed(['schedule', 'list'])).toMatchObject({
    schedules: [{ name: 'nightly', paused: true, last_job_id: made['backup_id'] }],
  });
  expect(await succeed(['schedule', 'resume', 'nightly'])).toMatchObject({ paused: false });
  await succeed(['schedule', 'remove', 'nightly']);
  expect(await succeed(['list'])).toMatchObject({ total: 1 });
});

it('says of each backup why it stays or goes, and lets a pin decide', async () => {
  const [pinned, gone, newest] = [
    await succeed(['create']),
    await succeed(['create']),
    await succeed(['create']),
  ];
  const id = String(pinned['backup_id']);
  const noReason = await sandbox.json(['pin', id]);
  expect(noReason.code).toBe(2);
  succeeded(await sandbox.jsonOfProgram(['pin', id, '--reason=year-end closing']));
  expect(await succeed(['pin'])).toMatchObject({ pins: [{ backup_id: id, reason: 'year-end closing' }] });

  const outcomes = async (...args: string[]) => {
    const { backups } = await succeed(['cleanup', '--dry-run', '--days=0', ...args]);
    const shown = (backups as readonly Json[]).map(backup => [backup['backup_id'], backup] as const);
    const of = new Map(shown);
    return [pinned, gone, newest].map(({ backup_id: backupId }) => {
      const { outcome, reasons } = asObject(of.get(backupId));
      return `${String(outcome)}: ${String(reasons)}`;
    });
  };
  expect(await outcomes()).toEqual([
    expect.stringMatching(/^kept: .*year-end closing/),
    'would be deleted: older than 0 days, and no rule keeps it',
    expect.stringMatching(/^kept: .*newest/),
  ]);
  await succeed(['unpin', id]);
  expect((await outcomes())[0]).toMatch(/^would be deleted: /);
  expect((await outcomes('--keep-last=2'))[1]).toMatch(/^kept: /);
  // A dry run leaves all where it is.
  await succeed(['verify', `--file=${String(gone['file'])}`]);
});

it('drills the newest backup, an encrypted one with the key of the settings, and writes a page to print', async () => {
  execFileSync('age-keygen', ['-o', sandbox.path('key.txt')], { stdio: 'ignore' });
  const recipient = execFileSync('age-keygen', ['-y', sandbox.path('key.txt')], { encoding: 'utf8' }).trim();
  const made = await succeed(['create', `--recipient=${recipient}`]);
  const drill = ['drill', '--type=full', '--report=drill.html'];
  const locked = await sandbox.json(drill);
  expect([locked.code, locked.document['error_type']]).toEqual([12, 'wrong_key']);
  const drilled = await sandbox.jsonOfProgram(drill, { env: { BACKUP_IDENTITY_FILE: 'key.txt' } });
  expect(succeeded(drilled)).toMatchObject({
    report_file: 'drill.html',
    drills: [{ backup_type: 'full', backup_id: made['backup_id'], rows: 2 }],
  });
  const page = await readFile(sandbox.path('drill.html'), 'utf8');
  expect(page).toContain(String(made['file']));
  expect(page).not.toContain('Asha');
  expect(await query(database.url, `SELECT 1 FROM pg_database WHERE datname LIKE 'satchel_drill%'`)).toEqual(
    [],
  );
  expect(await succeed(['status'])).toMatchObject({
    promises: expect.arrayContaining([
      expect.objectContaining({ backup_type: 'full', drill_failed: false }),
    ]) as unknown,
  });
});
