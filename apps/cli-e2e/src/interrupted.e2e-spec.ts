import {
  createTestDatabase,
  holdLock,
  locksOf,
  newestTestServer,
  query,
  type HeldLock,
  type TestDatabase,
} from '@satchel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asObject, Sandbox, until } from './sandbox.js';
import type { CliRun } from './standing-cli.js';

let database: TestDatabase;
let sandbox: Sandbox;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  await query(database.url, 'CREATE TABLE ledger (id int PRIMARY KEY, entry text NOT NULL)');
  sandbox = await Sandbox.make(database.url);
});

afterEach(async () => {
  await sandbox.remove();
  await database.drop();
});

/** So many that a backup of them can be met half way. */
const MANY = 300_000;

async function fill(rows: number): Promise<void> {
  await query(
    database.url,
    `INSERT INTO ledger SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, ${rows}) AS i`,
  );
}

const finished = async (): Promise<string[]> =>
  (await sandbox.backupFiles()).filter(name => !name.startsWith('.'));
const someWritten = async (): Promise<boolean> => (await sandbox.backupFiles()).length > 0;

function tooEarly({ code, stdout, stderr }: CliRun): never {
  throw new Error(`ended with ${String(code)} before it could be interrupted: ${stdout}${stderr}`);
}

async function content(): Promise<unknown> {
  const [row] = await query(
    database.url,
    `SELECT count(*), md5(string_agg(entry, '' ORDER BY id)) FROM ledger`,
  );
  return row;
}

/** Makes whoever changes a row of the ledger wait, until it is freed. */
async function closeGate(): Promise<HeldLock> {
  await query(
    database.url,
    `CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql AS
       'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN true; END';
     ALTER TABLE ledger ADD CHECK (id % 1000 <> 0 OR gate())`,
  );
  return holdLock(database.url, 'SELECT pg_advisory_xact_lock(42)');
}

async function somebodyIsAtTheGate(): Promise<boolean> {
  return (await locksOf(database.url, "locktype = 'advisory' AND objid = 42 AND NOT granted")).length > 0;
}

async function nobodyRestores(): Promise<boolean> {
  const rows = await query(
    database.url,
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'satchel restore%'`,
  );
  return rows.length === 0;
}

it('leaves nothing that looks finished when a create is killed', async () => {
  await fill(MANY);
  const { child, ended } = sandbox.start(['create']);
  await Promise.race([until(someWritten), ended.then(tooEarly)]);
  child.kill('SIGKILL');
  await ended;
  expect(await finished()).toEqual([]);
  const { document } = await sandbox.json(['list']);
  expect(document).toMatchObject({ data: { backups: [{ state: 'failed' }] } });
  // The next one clears up what the killed one left.
  expect(await sandbox.run(['create'])).toMatchObject({ code: 0 });
  expect(await sandbox.backupFiles()).toHaveLength(2);
});

it.each(['SIGINT', 'SIGTERM'] as const)('cleans up and ends with 130 on %s', async signal => {
  await fill(MANY);
  const { child, ended } = sandbox.start(['create', '--json']);
  await Promise.race([until(someWritten), ended.then(tooEarly)]);
  child.kill(signal);
  const { code, stdout } = await ended;
  expect(JSON.parse(stdout)).toMatchObject({ status: 'error', error_type: 'cancelled' });
  expect(code).toBe(130);
  expect(await sandbox.backupFiles()).toEqual([]);
});

it('says that the server was shut down half way, and leaves nothing', async () => {
  await fill(MANY);
  const { ended } = sandbox.start(['create']);
  await Promise.race([until(someWritten), ended.then(tooEarly)]);
  await query(
    database.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'satchel%' AND pid <> pg_backend_pid()`,
  );
  const { code, stderr } = await ended;
  expect(stderr).toMatch(/^Error: /);
  expect(code).toBe(16);
  expect(await sandbox.backupFiles()).toEqual([]);
});

it.each([
  ['killed', 'SIGKILL', null],
  ['stopped by Ctrl-C', 'SIGINT', 130],
] as const)('leaves the database as it was when a restore is %s', async (_, signal, code) => {
  await fill(5000);
  const created = await sandbox.json(['create']);
  const { file } = asObject(created.document['data']);
  await query(database.url, `UPDATE ledger SET entry = 'edited' WHERE id % 1000 = 0`);
  const before = await content();
  const gate = await closeGate();
  const { child, ended } = sandbox.start(['restore', `--file=${String(file)}`, '--mode=replace', '--yes']);
  await Promise.race([until(() => somebodyIsAtTheGate()), ended.then(tooEarly)]);
  child.kill(signal);
  expect((await ended).code).toBe(code);
  await gate.free();
  await until(nobodyRestores);
  expect(await content()).toEqual(before);
});

it('does not mind a reader that has had enough', async () => {
  const { child, ended } = sandbox.start(['list']);
  child.stdout?.destroy();
  expect((await ended).code).toBe(0);
});
