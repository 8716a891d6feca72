import { createTestDatabase, execute, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asObject, Sandbox, type Json } from './sandbox.js';

let database: TestDatabase;
let sandbox: Sandbox;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  await execute(
    database.url,
    `CREATE TABLE pupil (id int PRIMARY KEY, name text); INSERT INTO pupil VALUES (1, 'Asha'), (2, 'Bela')`,
  );
  sandbox = await Sandbox.make(database.url);
});

afterAll(async () => {
  await sandbox.remove();
  await database.drop();
});

async function succeed(args: readonly string[], input?: string): Promise<Json> {
  const { code, document } = await sandbox.json(args, input === undefined ? {} : { input });
  expect(document).toMatchObject({ status: 'success' });
  expect(code).toBe(0);
  return asObject(document['data']);
}

/** The newest entries of the log, without what differs from run to run. */
async function newest(limit: number): Promise<Json[]> {
  const { entries } = (await succeed(['audit', 'list', `--limit=${limit}`])) as { entries: Json[] };
  return entries;
}

describe('users', () => {
  it('are added with a password that is made and shown once, in no other place', async () => {
    const added = await succeed(['user', 'add', 'Asha', '--full-name=Asha Verma', '--role=administrator']);
    expect(added).toMatchObject({
      username: 'Asha',
      full_name: 'Asha Verma',
      roles: ['administrator'],
      must_change_password: true,
      password: expect.stringMatching(/^([A-Za-z2-9]{5}-){3}[A-Za-z2-9]{5}$/) as unknown,
    });
    const stored = await query(database.url, 'SELECT * FROM "satchel"."user"');
    expect(JSON.stringify(stored)).not.toContain(String(added['password']));
    expect(stored[0]?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const log = JSON.stringify(await query(database.url, 'SELECT * FROM "satchel"."audit_event"'));
    expect(log).not.toContain(String(added['password']));
    expect(await newest(1)).toMatchObject([
      { action: 'user.create', outcome: 'success', subject: added['user_id'], actor: { channel: 'cli' } },
    ]);
  });

  it('are added with a password from standard input, which is not shown', async () => {
    const run = await sandbox.run(['user', 'add', 'bela', '--role=operator,auditor', '--password-stdin'], {
      input: 'a very good password\r\nand more\n',
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/Added the user bela\.\n[\s\S]*roles +auditor, operator/);
    expect(run.stdout).not.toMatch(/good|password +[A-Za-z]/);
  });

  it.each<[string, readonly string[], string | undefined, number, RegExp]>([
    ['a name that is taken', ['add', 'ASHA'], undefined, 11, /ASHA.*already/],
    ['a name that cannot be', ['add', 'a b'], undefined, 2, /user name/],
    ['a role that there is none of', ['add', 'x', '--role=king'], undefined, 2, /no role king/],
    ['a permission that there is none of', ['grant', 'asha', '--add=all'], undefined, 2, /Allowed: backup\./],
    ['a short password', ['add', 'x', '--password-stdin'], 'short\n', 2, /too short/],
    ['a password that is the name', ['passwd', 'bela', '--password-stdin'], 'bela\n', 2, /short/],
    ['no password', ['add', 'x', '--password-stdin'], '', 2, /no password/],
    ['a password as a flag', ['add', 'x', '--password=hunter2hunter2'], undefined, 2, /unknown option/i],
    ['somebody who is not there', ['passwd', 'nobody', '--random-password'], undefined, 10, /no user/],
    ['the last administrator', ['disable', 'asha'], undefined, 11, /last active administrator/],
    ['the last administrator', ['roles', 'asha', '--set=none'], undefined, 11, /last active administrator/],
  ])('refuses %s', async (_, args, input, code, message) => {
    const run = await sandbox.run(['user', ...args], input === undefined ? {} : { input });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain('hunter2hunter2');
  });

  it('change by roles and grants, and can be disabled and enabled', async () => {
    expect(await succeed(['user', 'roles', 'bela', '--add=restorer', '--remove=auditor'])).toMatchObject({
      roles: ['operator', 'restorer'],
    });
    expect(await succeed(['user', 'grant', 'bela', '--set=backup.change_settings'])).toMatchObject({
      grants: ['backup.change_settings'],
    });
    expect(await succeed(['user', 'disable', 'bela'])).toMatchObject({ active: false, permissions: [] });
    const { stdout } = await sandbox.runProgram(['user', 'list']);
    expect(stdout).toMatch(/2 users:[\s\S]*Asha +Asha Verma +administrator +never\n[\s\S]*bela.*disabled/);
    expect(await succeed(['user', 'enable', 'bela'])).toMatchObject({ active: true });
    expect(await succeed(['user', 'passwd', 'bela'])).toMatchObject({ must_change_password: true });
    expect(await newest(5)).toMatchObject([
      { action: 'user.reset_password' },
      { action: 'user.update', details: { active: true } },
      { action: 'user.update', details: { active: false } },
      { action: 'user.update', details: { grants: ['backup.change_settings'] } },
      { action: 'user.update', details: { roles: ['operator', 'restorer'] } },
    ]);
  });

  it('type their password at a terminal, twice, and it is not shown', async () => {
    const terminal = sandbox.startOnTerminal(['user', 'add', 'cara']);
    await terminal.shows('Password');
    terminal.type('secret of the school\r');
    await terminal.shows('The same again');
    terminal.type('secret of the school\r');
    const { code, screen } = await terminal.ended;
    expect({ code, screen }).toMatchObject({
      code: 0,
      screen: expect.stringContaining('Added the user cara') as unknown,
    });
    expect(screen).not.toContain('secret');
    const differing = sandbox.startOnTerminal(['user', 'passwd', 'cara']);
    await differing.shows('Password');
    differing.type('secret of the school\r');
    await differing.shows('The same again');
    differing.type('secret of the pool\r');
    expect((await differing.ended).code).toBe(2);
    const stopped = sandbox.startOnTerminal(['user', 'passwd', 'cara']);
    await stopped.shows('Password');
    stopped.type('\u0003');
    expect((await stopped.ended).code).toBe(130);
  });

  it('have roles that can be made, changed and removed', async () => {
    const set = ['role', 'set', 'clerk', '--permissions=backup.view_backupjob'];
    expect(await succeed([...set, '--title=Office'])).toMatchObject({ role: 'clerk', title: 'Office' });
    expect(await succeed([...set, '--permissions=backup.add_backupjob'])).toMatchObject({
      title: 'Office',
      permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
    });
    expect((await sandbox.runProgram(['role', 'list'])).stdout).toMatch(
      /5 roles:[\s\S]*administrator +Administrator +all/,
    );
    expect((await sandbox.run(['role', 'set', 'administrator', '--title=x'])).code).toBe(11);
    await succeed(['role', 'remove', 'clerk']);
    expect((await sandbox.run(['role', 'remove', 'clerk'])).code).toBe(10);
  });
});

describe('the audit log', () => {
  it('has what was done to backups, one entry each, with who did it', { timeout: 300_000 }, async () => {
    const { file, backup_id: backupId } = await succeed(['create', '--name=daily']);
    await succeed(['verify', `--file=${String(file)}`]);
    await execute(database.url, `UPDATE pupil SET name = 'Mistake' WHERE id = 1`);
    await succeed(['restore', `--file=${String(file)}`, '--dry-run']);
    const { restore_id: restoreId } = await succeed(['restore', `--file=${String(file)}`]);
    await succeed(['undo', String(restoreId), '--yes']);
    expect((await sandbox.run(['undo', '00000000-0000-4000-8000-000000000000', '--yes'])).code).toBe(10);
    expect((await sandbox.run(['create', '--type=nothing'])).code).toBe(2);
    await succeed(['cleanup', '--days=0', '--confirm']);
    await succeed(['catalog', 'rebuild']);
    await succeed(['delete', String(file), '--yes', '--force']);
    const log = await newest(11);
    expect(log).toMatchObject([
      { action: 'backup.delete', outcome: 'success', subject: backupId, details: { file, force: true } },
      { action: 'catalog.rebuild', outcome: 'success' },
      { action: 'backup.cleanup', outcome: 'success', details: { days: 0, deleted: 1 } },
      { action: 'backup.delete', outcome: 'success', details: { type: 'safety', cleanup: true } },
      { action: 'backup.create', outcome: 'failed', details: { type: 'nothing', error: 'validation_error' } },
      { action: 'restore.undo', outcome: 'failed', details: { error: 'not_found' } },
      { action: 'restore.undo', outcome: 'success', details: { undoes: restoreId, updated: 1 } },
      { action: 'restore.run', outcome: 'success', subject: restoreId, details: { backupId, updated: 1 } },
      { action: 'restore.analyze', outcome: 'success', details: { backupId, updated: 1 } },
      { action: 'backup.verify', outcome: 'success', subject: backupId },
      { action: 'backup.create', outcome: 'success', subject: backupId, details: { name: 'daily', rows: 2 } },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/Mistake|Bela/);
  });

  it('is shown to people, filtered', async () => {
    const { stdout } = await sandbox.runProgram(['audit', 'list', '--action=restore.run']);
    expect(stdout).toMatch(/^1 entry:\n +no\. +at \(UTC\)[\s\S]*restore\.run +success/);
    const { total } = await succeed(['audit', 'list', '--outcome=failed', '--from=2020-01-01', '--limit=1']);
    expect(Number(total)).toBeGreaterThan(1);
    expect(await succeed(['audit', 'list', '--to=2020-01-01'])).toMatchObject({ total: 0, entries: [] });
    expect(await succeed(['audit', 'list', '--actor=nobody'])).toMatchObject({ total: 0 });
    expect((await sandbox.run(['audit', 'list', '--action=nothing'])).stderr).toContain(
      'Allowed: backup.create',
    );
    expect((await sandbox.run(['audit', 'list', '--from=yesterday'])).code).toBe(2);
  });

  it('is verified, and what was changed is named', async () => {
    const intact = await sandbox.runProgram(['audit', 'verify']);
    expect(intact).toMatchObject({ code: 0, stderr: '' });
    expect(intact.stdout).toMatch(/The audit log is intact: \d+ entries/);
    await execute(
      database.url,
      `ALTER TABLE "satchel"."audit_event" DISABLE TRIGGER ALL;
       UPDATE "satchel"."audit_event" SET "actor_name" = 'somebody else' WHERE "number" = 2;
       DELETE FROM "satchel"."audit_event" WHERE "number" = 4`,
    );
    const { code, document } = await sandbox.json(['audit', 'verify']);
    expect(code).toBe(13);
    expect(document['data']).toMatchObject({
      intact: false,
      problems: [
        { number: 2, problem: 'altered' },
        { number: 4, problem: 'missing' },
      ],
    });
    const { stdout } = await sandbox.run(['audit', 'verify']);
    expect(stdout).toMatch(
      /was changed: 2 problems[\s\S]*Entry 2 is not as it was written[\s\S]*Entry 4 is missing/,
    );
  });
});
