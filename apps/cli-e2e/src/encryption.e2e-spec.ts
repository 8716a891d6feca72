import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createTestDatabase, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, Sandbox, type Json } from './sandbox.js';

interface Key {
  readonly recipient: string;
  readonly identity: string;
  /** A file with the identity. */
  readonly path: string;
}

let database: TestDatabase;
let sandbox: Sandbox;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  await query(
    database.url,
    `CREATE TABLE pupil (id int PRIMARY KEY, name text);
     INSERT INTO pupil VALUES (1, 'Asha'), (2, 'Bela')`,
  );
  sandbox = await Sandbox.make(database.url);
});

afterEach(async () => {
  await sandbox.remove();
  await database.drop();
});

async function names(): Promise<unknown[]> {
  const rows = await query<{ name: string }>(database.url, 'SELECT name FROM pupil ORDER BY id');
  return rows.map(row => row.name);
}

async function succeed(args: readonly string[], env: Record<string, string> = {}): Promise<Json> {
  return succeeded(await sandbox.json(args, { env }));
}

function succeeded({ code, document }: Awaited<ReturnType<Sandbox['json']>>): Json {
  expect(document).toMatchObject({ status: 'success' });
  expect(code).toBe(0);
  return asObject(document['data']);
}

async function refused(args: readonly string[], env: Record<string, string> = {}) {
  const { code, document } = await sandbox.json(args, { env });
  return { code, ...document };
}

async function makeKey(name: string): Promise<Key> {
  const made = await succeed(['key', 'create']);
  const path = sandbox.path(name);
  await writeFile(path, `# ${name}\n${String(made['identity'])}\n`, { mode: 0o600 });
  return { recipient: String(made['recipient']), identity: String(made['identity']), path };
}

/** A key as it comes from the age tool, whose keys ours are alike. */
async function makeKeyWithAge(name: string): Promise<Key> {
  const path = sandbox.path(name);
  execFileSync('age-keygen', ['-o', path], { stdio: 'ignore' });
  const text = await readFile(path, 'utf8');
  const [recipient = '', identity = ''] = [
    /age1\w+/.exec(text)?.[0],
    /^AGE-SECRET-KEY-\w+$/m.exec(text)?.[0],
  ];
  return { recipient, identity, path };
}

describe('a backup for recipients', () => {
  it('is made with public keys alone, and opened by each secret key and by nothing else', async () => {
    const [head, office, thief] = [
      await makeKey('head.txt'),
      await makeKeyWithAge('office.txt'),
      await makeKeyWithAge('t.txt'),
    ];
    const env = { BACKUP_RECIPIENTS: `${head.recipient}, ${office.recipient}` };
    const created = succeeded(await sandbox.jsonOfProgram(['create', '--name=term'], { env }));
    const file = String(created['file']);
    expect(file).toMatch(/^term_.*\.json\.zst\.age$/);
    const encryption = { format: 'age', recipients: [head.recipient, office.recipient] };
    expect(created['encryption']).toEqual(encryption);
    const manifest: unknown = JSON.parse(
      await readFile(sandbox.path(`backups/${file}.manifest.json`), 'utf8'),
    );
    expect(manifest).toMatchObject({ stored: { encryption } });

    // What anybody can do with age and zstd.
    const opened = execFileSync('age', ['-d', '-i', office.path, sandbox.path(`backups/${file}`)]);
    expect(execFileSync('zstd', ['-dc'], { input: opened }).toString()).toContain('[1,"Asha"]');

    const blind = await succeed(['verify', `--file=${file}`], env);
    expect(blind).toMatchObject({ opened: false, origin: null, encrypted: true });
    for (const key of [head, office]) {
      expect(await succeed(['verify', `--file=${file}`, `--identity=${key.path}`])).toMatchObject({
        opened: true,
        origin: 'ours',
      });
    }
    const fromSetting = await succeed(['verify', `--file=${file}`], { BACKUP_IDENTITY_FILE: head.path });
    expect(fromSetting).toMatchObject({ opened: true });

    const wrong = await refused(['verify', `--file=${file}`, `--identity=${thief.path}`]);
    expect(wrong).toMatchObject({ code: 12, error_type: 'wrong_key' });
    expect(wrong).toMatchObject({ message: expect.stringContaining(office.recipient) as unknown });

    await query(database.url, `UPDATE pupil SET name = 'Mistake'`);
    const restore = ['restore', `--file=${file}`];
    expect(await refused([...restore, '--dry-run'])).toMatchObject({ code: 12, error_type: 'wrong_key' });
    await succeed([...restore, '--dry-run', `--identity=${head.path}`]);
    expect(await names()).toEqual(['Mistake', 'Mistake']);
    const restored = succeeded(await sandbox.jsonOfProgram([...restore, `--identity=${head.path}`], { env }));
    expect(await names()).toEqual(['Asha', 'Bela']);

    // The safety backup holds the same rows, so it is for the same keys.
    const undo = ['undo', String(restored['restore_id']), '--yes'];
    expect(await refused(undo, env)).toMatchObject({ code: 12, error_type: 'wrong_key' });
    const identity = await sandbox.runProgram([...undo, '--identity=-'], {
      env,
      input: `${office.identity}\n`,
    });
    expect(identity.stderr).toBe('');
    expect(identity.code).toBe(0);
    expect(await names()).toEqual(['Mistake', 'Mistake']);
  });

  it('takes the recipients of one run, and files that the age tool has made', async () => {
    const key = await makeKeyWithAge('key.txt');
    const [mine, plain] = [
      await succeed(['create', `--recipient=${key.recipient}`, '--compression=none']),
      await succeed(['create', '--compression=gzip']),
    ];
    expect(String(mine['file'])).toMatch(/\.json\.age$/);
    expect(plain['encryption']).toBe('none');
    const ours = sandbox.path('ours.age');
    execFileSync('age', ['-r', key.recipient, '-o', ours, String(plain['path'])]);
    expect(await succeed(['verify', `--file=${ours}`, `--identity=${key.path}`])).toMatchObject({
      opened: true,
      origin: 'ours',
      compression: 'gzip',
    });
    // Nothing stands beside it, so without a key there is nothing to say.
    expect(await refused(['verify', `--file=${ours}`])).toMatchObject({ code: 12 });

    const typo = `${key.recipient.slice(0, -1)}${key.recipient.endsWith('q') ? 'p' : 'q'}`;
    expect(await refused(['create', `--recipient=${typo}`])).toMatchObject({ code: 2 });
    expect(await refused(['create'], { BACKUP_RECIPIENTS: typo })).toMatchObject({ code: 2 });
  });

  it('is invalid where it is damaged, with its key or without', async () => {
    const key = await makeKeyWithAge('key.txt');
    const created = await succeed(['create', `--recipient=${key.recipient}`]);
    const path = String(created['path']);
    const bytes = await readFile(path);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 4;
    await writeFile(path, bytes);
    expect(await refused(['verify', `--file=${path}`])).toMatchObject({ code: 13 });
    const restore = ['restore', `--file=${path}`, `--identity=${key.path}`];
    expect(await refused(restore)).toMatchObject({ code: 13, error_type: 'invalid_backup' });
  });
});

describe('a backup with a passphrase', () => {
  const env = { BACKUP_PASSPHRASE: 'a few invented words' };

  it('is opened by whoever types it, and verified without', async () => {
    const created = await succeed(['create'], env);
    const file = String(created['file']);
    expect(created['encryption']).toEqual({ format: 'age', passphrase: true });
    expect(await succeed(['verify', `--file=${file}`], env)).toMatchObject({ opened: true });
    expect(await refused(['restore', `--file=${file}`])).toMatchObject({ code: 12 });
    for (const [typed, code] of [
      ['a few invented words\r', 0],
      ['something else\r', 12],
    ] as const) {
      const verify = sandbox.startOnTerminal(['verify', `--file=${file}`]);
      await verify.shows('Passphrase of the backup');
      verify.type(typed);
      const ended = await verify.ended;
      expect(ended.code, ended.screen).toBe(code);
      expect(ended.screen).not.toContain(typed.trim());
    }
  });
});

describe('key', () => {
  it('makes a pair that is shown once, with a sheet to print, and leaves no trace of it', async () => {
    const sheet = sandbox.path('sheet.html');
    const made = await succeed(['key', 'create', `--recovery-sheet=${sheet}`]);
    const identity = String(made['identity']);
    expect(identity).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
    const html = await readFile(sheet, 'utf8');
    expect((await stat(sheet)).mode & 0o777).toBe(0o600);
    expect(html).toContain(identity);
    expect(html).toContain('@media print');
    expect(html).not.toMatch(/(src|href|url)\s*[=(]|<script|@import/i);
    // Nothing but the sheet was written anywhere, and no database was asked.
    expect(await readdir(sandbox.folder)).toEqual(['sheet.html']);
    expect(await refused(['key', 'create', `--recovery-sheet=${sheet}`])).toMatchObject({ code: 2 });
    expect(await readFile(sheet, 'utf8')).toBe(html);

    const { stdout } = await sandbox.runProgram(['key', 'create']);
    const printed = /AGE-SECRET-KEY-1\n((?: {2}[0-9A-Z]{4}.*\n)+)/.exec(stdout)?.[1] ?? '';
    const lines = printed
      .trimEnd()
      .split('\n')
      .map(line => line.trim());
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const [, groups = '', sum] = /^(.*\S) +([0-9a-f]{4})$/.exec(line) ?? [];
      const digest = execFileSync('sha256sum', { input: groups.replaceAll(' ', '') }).toString();
      expect(sum).toBe(digest.slice(0, 4));
    }
  });

  it('says whether it opens the newest backups, and the next', async () => {
    const [key, other] = [await makeKey('key.txt'), await makeKeyWithAge('other.txt')];
    const env = { BACKUP_RECIPIENTS: key.recipient };
    await succeed(['create'], { BACKUP_RECIPIENTS: other.recipient });
    const old = await refused(['key', 'check', `--identity=${key.path}`], env);
    expect(old).toMatchObject({ code: 12 });
    await succeed(['create'], env);
    const checked = await sandbox.jsonOfProgram(['key', 'check', `--identity=${key.path}`], { env });
    expect(succeeded(checked)).toMatchObject({
      recipients: [key.recipient],
      opens_next_backups: true,
      backups: [{ backup_type: 'full', outcome: 'opens' }],
    });
  });
});
