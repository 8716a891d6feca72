import { readFile, rm, writeFile } from 'node:fs/promises';
import {
  createTestDatabase,
  newestTestServer,
  query,
  sameContent,
  testServers,
  type TestDatabase,
  type TestServer,
} from '@satchel/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asObject, Sandbox, shapeOf, type Json } from './sandbox.js';

/** The members of each answer, which scripts rely on; `UPDATE_GOLDEN=1` writes it anew, `npm run format` lays it out. */
const GOLDEN = new URL('testdata/json-shapes.json', import.meta.url);

let database: TestDatabase;
let sandbox: Sandbox;

async function open(server: TestServer): Promise<void> {
  database = await createTestDatabase(server, { template: 'school' });
  sandbox = await Sandbox.make(database.url);
}

afterEach(async () => {
  await sandbox.remove();
  await database.drop();
});

/** What a test's school looks like before it is changed: one for all, which none of them changes. */
let untouched: TestDatabase;

async function openUntouched(server: TestServer): Promise<() => Promise<void>> {
  untouched = await createTestDatabase(server, { template: 'school' });
  return () => untouched.drop();
}

async function succeed(...args: string[]): Promise<Json> {
  return succeeded(await sandbox.json(args));
}

function succeeded({ code, document }: Awaited<ReturnType<Sandbox['json']>>): Json {
  expect(document).toMatchObject({ status: 'success' });
  expect(code).toBe(0);
  return asObject(document['data']);
}

async function damage(): Promise<void> {
  await query(
    database.url,
    `UPDATE students_student SET last_name = 'Mistake' WHERE id <= 3;
     DELETE FROM student_fees_feedeposit WHERE id % 7 = 0;
     INSERT INTO subjects_subject (name, created_at) VALUES ('Invented afterwards', now())`,
  );
}

describe.each(testServers())('on PostgreSQL $major', server => {
  beforeAll(() => openUntouched(server));
  beforeEach(() => open(server));

  it('puts back what was changed, deleted and added, and takes that back again', async () => {
    const created = await succeed('create', '--type=full', '--name=before the mistakes');
    const file = String(created['file']);
    expect(file).toMatch(/^before_the_mistakes_\d{8}T\d{6}_[0-9a-f]{8}\.json\.zst$/);

    expect(await succeed('verify', `--file=${file}`)).toMatchObject({ origin: 'ours', manifest: true });

    await damage();
    const damaged = await sameContent(database.url, untouched.url);
    expect(damaged).toHaveLength(3);

    const dryRun = await succeed('restore', `--file=${file}`, '--mode=replace', '--dry-run', '--show-rows=1');
    expect(asObject(dryRun['totals'])).toMatchObject({ updated: 3, deleted: 1 });
    expect(await sameContent(database.url, untouched.url)).toEqual(damaged);

    const replace = ['restore', `--file=backups/${file}`, '--mode=replace', '--yes'];
    const restored = succeeded(await sandbox.jsonOfProgram(replace));
    expect(restored['totals']).toEqual(dryRun['totals']);
    expect(await sameContent(database.url, untouched.url)).toEqual([]);

    await succeed('undo', String(restored['restore_id']), '--yes');
    expect(await sameContent(database.url, untouched.url)).toEqual(damaged);
  });

  it('works as a role that is not superuser', async () => {
    const url = await database.giveToPlainRole();
    const env = { DATABASE_URL: url };
    const created = await sandbox.json(['create'], { env });
    expect(created.document).toMatchObject({ status: 'success' });
    await damage();
    const { file } = asObject(created.document['data']);
    const { code } = await sandbox.json(['restore', `--file=${String(file)}`, '--mode=replace', '--yes'], {
      env,
    });
    expect(code).toBe(0);
    expect(await sameContent(database.url, untouched.url)).toEqual([]);
  });
});

// What differs between the majors is libs/postgres, which is tried on each of them; these are about the command line.
describe('on the newest PostgreSQL', () => {
  beforeAll(() => openUntouched(newestTestServer()));
  beforeEach(() => open(newestTestServer()));

  it('merges without deleting, and leaves different rows alone when told so', async () => {
    const { file } = await succeed('create', '--type=full');
    await damage();
    const merged = await succeed('restore', `--file=${String(file)}`, '--duplicate-strategy=skip');
    expect(asObject(merged['totals'])).toMatchObject({ updated: 0, skipped: 3, deleted: 0 });
    expect(await sameContent(database.url, untouched.url)).toEqual([
      expect.stringContaining('students_student'),
      expect.stringContaining('subjects_subject'),
    ]);
  });

  it('reads a backup from standard input, in any compression', async () => {
    for (const compression of ['none', 'gzip', 'zstd']) {
      const { path } = await succeed('create', '--type=teachers', `--compression=${compression}`);
      const { document } = await sandbox.jsonOfProgram(['verify', '--file=-'], {
        input: await readFile(String(path)),
      });
      expect(document).toMatchObject({ status: 'success', data: { compression, origin: 'ours' } });
    }
  });

  it('keeps the newest of each type, whatever cleanup is told', async () => {
    const first = await succeed('create', '--type=teachers');
    const second = await succeed('create', '--type=teachers');
    expect(await succeed('cleanup', '--days=0', '--dry-run')).toMatchObject({ deleted: 0, would_delete: 1 });
    expect(await succeed('cleanup', '--days=0', '--confirm')).toMatchObject({ deleted: 1, kept: 1 });
    expect(await sandbox.backupFiles()).toEqual([second['file'], `${String(second['file'])}.manifest.json`]);
    const listed = await succeed('list');
    expect(listed['total']).toBe(1);
    expect(JSON.stringify(listed)).not.toContain(String(first['backup_id']));
  });

  it('deletes the one backup that is named, by id or file, and the newest of a type only if forced', async () => {
    const first = await succeed('create', '--type=teachers');
    const second = await succeed('create', '--type=teachers');
    const third = await succeed('create', '--type=teachers');
    const fileOf = ({ file }: Json): string => String(file);
    expect(await succeed('delete', fileOf(first), '--yes')).toMatchObject({
      backup_id: first['backup_id'],
      backup_type: 'teachers',
      file: first['file'],
      freed_bytes: first['size_bytes'],
      file_missing: false,
    });
    await succeed('delete', String(second['backup_id']), '--yes');
    const remaining = [fileOf(third), `${fileOf(third)}.manifest.json`];
    expect(await sandbox.backupFiles()).toEqual(remaining);
    for (const [named, exitCode] of [
      [fileOf(third), 11],
      [fileOf(first), 10],
      [String(second['backup_id']), 10],
      ['../backups', 10],
    ] as const) {
      const { code } = await sandbox.run(['delete', named, '--yes']);
      expect({ named, code }).toEqual({ named, code: exitCode });
    }
    expect(await sandbox.backupFiles()).toEqual(remaining);
    await rm(String(third['path']));
    expect(await succeed('delete', String(third['backup_id']), '--yes', '--force')).toMatchObject({
      freed_bytes: 0,
      file_missing: true,
    });
    expect(await sandbox.backupFiles()).toEqual([]);
  });

  it('learns from the manifests what a lost catalog knew', async () => {
    const { file } = await succeed('create', '--type=teachers');
    await query(database.url, 'DROP SCHEMA satchel CASCADE');
    expect(await succeed('catalog', 'rebuild')).toMatchObject({ added: 1 });
    expect(await succeed('catalog', 'rebuild')).toMatchObject({ added: 0, unchanged: 1 });
    expect(await succeed('list')).toMatchObject({ backups: [{ file, file_found: true }] });
  });

  it('says that a file is missing which the catalog knows', async () => {
    const { path } = await succeed('create', '--type=teachers');
    await rm(String(path));
    expect(await succeed('list')).toMatchObject({ backups: [{ file_found: false }] });
  });
});

it('answers scripts in shapes that stay', async () => {
  await open(newestTestServer());
  const shapes: Record<string, unknown> = {};
  const note = async (name: string, ...args: string[]): Promise<Json> => {
    const { document } = await sandbox.jsonOfProgram(args);
    shapes[name] = shapeOf(document);
    return document;
  };
  const { data } = await note('create', 'create', '--type=teachers', '--name=golden');
  const { file } = asObject(data);
  await query(database.url, `UPDATE subjects_subject SET name = name || '!' WHERE id = 1`);
  await note('verify', 'verify', `--file=${String(file)}`);
  await note('restore', 'restore', `--file=${String(file)}`, '--show-rows=1');
  await note('list', 'list', '--type=teachers');
  await note('cleanup', 'cleanup', '--days=0', '--dry-run');
  await note('status', 'status');
  await note('catalog rebuild', 'catalog', 'rebuild');
  await note('delete', 'delete', String(file), '--yes', '--force');
  await note('error', 'create', '--type=pupils');
  if (process.env['UPDATE_GOLDEN']) await writeFile(GOLDEN, JSON.stringify(shapes, null, 2));
  expect(shapes).toEqual(JSON.parse(await readFile(GOLDEN, 'utf8')));
});
