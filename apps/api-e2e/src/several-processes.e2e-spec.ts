import { createHash } from 'node:crypto';
import {
  auditList,
  auditVerify,
  authLogout,
  authMe,
  authPassword,
  cancelJob,
  createBackup,
  downloadBackup,
  getSystemStatus,
  listHistory,
  restoreUpload,
  unwrap,
  verifyBackup,
  type Client,
} from '@satchel/api-client';
import {
  createTestDatabase,
  execute,
  holdLock,
  newestTestServer,
  query,
  sameContent,
  type TestDatabase,
} from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { somebodyWaits } from './lock-waits.js';
import { Installation, type Program } from './installation.js';
import { ADMIN, clientOf, done, jobEnd, signIn, tokenOf } from './signed-in.js';
import { until } from './until.js';

/** Two servers and two workers that start at the same moment, on a catalog that is not there yet. */
let installation: Installation;
/** The school as it was. */
let twin: TestDatabase;
let servers: readonly [Program, Program];
let urls: readonly [string, string];

beforeAll(async () => {
  installation = await Installation.make({ redis: true });
  const workers = [installation.startWorker(), installation.startWorker()];
  servers = [installation.startApi(), installation.startApi()];
  twin = await createTestDatabase(newestTestServer(), { template: 'school' });
  urls = await Promise.all([servers[0].listening(), servers[1].listening()]);
  await Promise.all(workers.map(worker => worker.logs('The worker takes jobs.')));
  await chooseOwnPassword();
});
afterAll(async () => {
  await installation?.remove();
  await twin?.drop();
});

/** What one of the servers has said at its first start, and what is to be done then. */
async function chooseOwnPassword(): Promise<void> {
  const said = servers.map(server => server.said).join('');
  const printed = [...said.matchAll(/administrator "admin"\. .*:\n\n {4}(\S+)\n/g)];
  expect(printed, said).toHaveLength(1);
  const [[, password = ''] = []] = printed;
  const token = await tokenOf(urls[0], { username: 'admin', password });
  const body = { old_password: password, password: ADMIN.password };
  await unwrap(authPassword({ client: clientOf(urls[0], token), body }));
}

/** One session, at both servers. */
async function signedIn(): Promise<readonly [Client, Client]> {
  const token = await tokenOf(urls[0], ADMIN);
  return [clientOf(urls[0], token), clientOf(urls[1], token)];
}

it('makes the catalog and its one administrator once, however many start at the same moment', async () => {
  const { url } = installation.database;
  const twice = await query(url, 'SELECT name FROM satchel.migrations GROUP BY name HAVING count(*) > 1');
  expect(twice).toEqual([]);
  expect(await query(url, 'SELECT username FROM satchel."user"')).toEqual([{ username: 'admin' }]);
  for (const server of servers) expect(server.log.filter(({ level }) => level === 'ERROR')).toEqual([]);
  const [here, there] = await signedIn();
  expect((await unwrap(authMe({ client: there }))).user.username).toBe('admin');
  await until('both workers to be listed', async () => {
    const { workers } = await unwrap(getSystemStatus({ client: here }));
    return workers.length === 2;
  });
});

it('makes a backup asked for at one server, and all that is done with it at the other', async () => {
  const { url } = installation.database;
  const [here, there] = await signedIn();

  const backup = await done(
    there,
    unwrap(createBackup({ client: here, body: { backup_type: 'full', backup_name: 'nightly' } })),
  );
  expect(backup).toMatchObject({ kind: 'backup', backup_name: 'nightly', requested_by: 'admin', attempt: 1 });
  const path = { backup_id: backup.job_id };

  const { data: file } = await downloadBackup({ client: there, path, parseAs: 'blob' });
  if (!(file instanceof Blob)) throw new Error('no file came');
  expect(file.size).toBe(backup.size_bytes);
  const digest = createHash('sha256')
    .update(await file.bytes())
    .digest('hex');
  expect(backup.digest).toBe(`sha256:${digest}`);

  const verified = await done(here, unwrap(verifyBackup({ client: there, path })));
  expect(verified.report).toMatchObject({ backup_id: backup.job_id, origin: 'ours', rows: backup.rows });

  await execute(
    url,
    'DELETE FROM attendance_attendance WHERE id IN (SELECT id FROM attendance_attendance LIMIT 7)',
  );
  expect(await sameContent(url, twin.url)).toHaveLength(1);
  const restore = await done(
    here,
    unwrap(restoreUpload({ client: there, body: { backup_file: file, restore_mode: 'merge' } })),
  );
  expect(restore.report).toMatchObject({ origin: 'ours', totals: { created: 7, updated: 0, deleted: 0 } });
  expect(await sameContent(url, twin.url)).toEqual([]);
  expect(await installation.quarantined()).toEqual([]);

  const history = await unwrap(listHistory({ client: there }));
  const listed = history.items.map(({ job_id }) => job_id);
  expect(listed).toEqual(expect.arrayContaining([backup.job_id, restore.job_id]));

  const audit = await unwrap(auditList({ client: here, query: { page_size: 100 } }));
  const subjects = [backup.job_id, restore.job_id];
  const noted = audit.items.filter(({ subject }) => subject !== null && subjects.includes(subject)).reverse();
  expect(noted.map(({ action, outcome, actor }) => `${action} ${outcome} ${actor.name}`)).toEqual([
    'backup.create requested admin',
    'backup.create success admin',
    'backup.download success admin',
    'backup.verify requested admin',
    'backup.verify success admin',
    'restore.run requested admin',
    'restore.run success admin',
  ]);
  expect(await unwrap(auditVerify({ client: there }))).toMatchObject({ intact: true, problems: [] });
});

it('removes the file of a restore that is cancelled while it waits for a worker, at whichever server', async () => {
  const [here, there] = await signedIn();
  const backup = await done(here, unwrap(createBackup({ client: here, body: { backup_type: 'students' } })));
  const { data: file } = await downloadBackup({
    client: here,
    path: { backup_id: backup.job_id },
    parseAs: 'blob',
  });
  if (!(file instanceof Blob)) throw new Error('no file came');
  const lock = await holdLock(installation.database.url, 'LOCK TABLE students_student');
  try {
    const body = { backup_file: file, restore_mode: 'merge' as const };
    const running = await unwrap(restoreUpload({ client: here, body }));
    await somebodyWaits(installation.database.url);
    const itsFiles = await installation.quarantined();
    const waiting = await unwrap(restoreUpload({ client: here, body: { ...body, wait: true } }));
    const cancelled = await unwrap(cancelJob({ client: there, path: { job_id: waiting.job_id } }));
    expect(cancelled).toMatchObject({ state: 'cancelled', attempt: 0 });
    expect(await installation.quarantined()).toEqual(itsFiles);
    // That of a running one is removed by the worker that reads it.
    await unwrap(cancelJob({ client: there, path: { job_id: running.job_id } }));
    expect(await jobEnd(there, running.job_id)).toMatchObject({ state: 'cancelled' });
    await until('its file to be gone', async () => (await installation.quarantined()).length === 0);
  } finally {
    await lock.free();
  }
});

it('refuses a session at every server once it has ended at one', async () => {
  const [here, there] = await signedIn();
  expect((await authMe({ client: there })).response?.status).toBe(200);
  await unwrap(authLogout({ client: here }));
  expect((await authMe({ client: here })).response?.status).toBe(401);
  const endedAt = performance.now();
  await until(
    'the other server to refuse',
    async () => (await authMe({ client: there })).response?.status === 401,
  );
  expect(performance.now() - endedAt).toBeLessThan(5_000);
  // Other sessions go on.
  const other = await signIn(urls[1]);
  const signedOut = await unwrap(auditList({ client: other, query: { action: 'session.sign_out' } }));
  expect(signedOut.items).toMatchObject([{ outcome: 'success', actor: { name: 'admin' } }]);
});
