import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTestDatabase, newestTestServer, sameContent, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asObject, Sandbox } from './sandbox.js';

let database: TestDatabase;
let untouched: TestDatabase;
let sandbox: Sandbox;
let archive: Buffer;

beforeAll(async () => {
  const server = newestTestServer();
  [database, untouched] = await Promise.all([
    createTestDatabase(server, { template: 'school' }),
    createTestDatabase(server, { template: 'school' }),
  ]);
  sandbox = await Sandbox.make(database.url);
  const { document } = await sandbox.json(['create', '--type=teachers', '--compression=none']);
  archive = await readFile(String(asObject(document['data'])['path']));
});

afterAll(async () => {
  await sandbox.remove();
  await Promise.all([database.drop(), untouched.drop()]);
});

/**
 * Takes from root what lets it past the permissions of files, and leaves it the rest: another user might not be able to
 * enter the folder that this program is in.
 */
const AS_PLAIN_USER =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];

/** Of the ways to do something on this machine, the first one that works. */
function firstThatWorks(ways: readonly (readonly string[])[]): readonly string[] {
  const found = ways.find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0);
  if (!found) throw new Error('none of the ways works here');
  return found;
}

/** Writes a file of the old application whose rows have a million zeros each. */
async function writeBomb(file: string, rows: number): Promise<void> {
  const zeros = '0'.repeat(1_000_000);
  function* document(): Generator<string> {
    for (let id = 1; id <= rows; id += 1) {
      yield `${id === 1 ? '[' : ','}{"model":"subjects.subject","pk":${id},"fields":{"name":"${zeros}"}}`;
    }
    yield ']';
  }
  const zstd = spawn('zstd', ['-q', '-1', '-o', file], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise(resolve => zstd.once('close', resolve));
  await pipeline(Readable.from(document()), zstd.stdin);
  expect(await ended).toBe(0);
}

async function expectRefusal(args: readonly string[], code: number, message: RegExp): Promise<void> {
  const run = await sandbox.run(args);
  expect(run.stderr).toMatch(message);
  expect(run.stderr).not.toMatch(/^\s+at .*\.js/m);
  expect(run).toMatchObject({ code, stdout: '' });
}

it('answers scripts with a document, whoever found the mistake', async () => {
  const file = sandbox.path('for-scripts.json');
  await writeFile(file, 'Dear headmaster,\n');
  for (const [args, errorType, message] of [
    [['verify', `--file=${file}`], 'invalid_backup', /not JSON|no backup/],
    [['create', '--tipe', 'full'], 'validation_error', /Unknown option '--tipe'/],
  ] as const) {
    const run = await sandbox.runProgram([...args, '--json']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      status: 'error',
      error_type: errorType,
      message: expect.stringMatching(message) as unknown,
    });
    expect(run.stderr).toBe('');
  }
});

describe('a file that is no good backup', () => {
  const flipped = (): Buffer => {
    const bytes = Buffer.from(archive);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    return bytes;
  };

  it.each<[string, () => string | Buffer, number, RegExp]>([
    ['an empty one', () => '', 13, /empty/],
    ['one that is cut off', () => archive.subarray(0, archive.length - 100), 13, /cut off|ends/],
    ['one with a flipped bit', flipped, 13, /damaged|altered|digest|not JSON|expected|JSON/i],
    ['a dump of pg_dump', () => 'PGDMP\x01\x0e', 13, /pg_dump.*pg_restore/s],
    ['other JSON', () => '{"hello": "world"}', 13, /backup/],
    ['text', () => 'Dear headmaster,\n', 13, /not JSON|no backup/],
    ['100 MB of [', () => Buffer.alloc(100 * 1024 * 1024, '['), 13, /inside one another/],
  ])('%s', async (name, content, code, message) => {
    const file = sandbox.path(`${name.replaceAll(' ', '-')}.json`);
    await writeFile(file, content());
    await Promise.all([
      expectRefusal(['verify', `--file=${file}`], code, message),
      // Once only: two restores at a time would be in each other's way.
      expect(sandbox.run(['restore', `--file=${file}`, '--mode=replace', '--yes'])).resolves.toMatchObject({
        code,
        stderr: expect.stringMatching(message),
      }),
    ]);
    expect(await sameContent(database.url, untouched.url)).toEqual([]);
  });

  it('one that is not there, or a folder', async () => {
    await mkdir(sandbox.path('folder'));
    await expectRefusal(['verify', '--file=nowhere.json'], 10, /no file .*nowhere\.json/);
    await expectRefusal(['verify', `--file=${sandbox.path('folder')}`], 2, /is a folder/);
    await expectRefusal(['restore', '--file=nowhere.json'], 10, /no file/);
    await expectRefusal(['restore', `--file=${sandbox.path('folder')}`], 2, /is a folder/);
  });

  it('one that may not be read', async () => {
    const file = sandbox.path('closed.json');
    await writeFile(file, archive, { mode: 0o000 });
    for (const verb of ['verify', 'restore']) {
      const refused = await sandbox.runProgram([verb, `--file=${file}`], { within: AS_PLAIN_USER });
      expect(refused).toMatchObject({ code: 14, stderr: expect.stringContaining('may not be read') });
    }
  });

  it('a small one that unpacks to more than any disk holds', async () => {
    const file = sandbox.path('bomb.json.zst');
    await writeBomb(file, 1200);
    const [verified, restored] = await Promise.all(
      ['verify', 'restore'].map(verb => sandbox.runProgram([verb, `--file=${file}`])),
    );
    for (const refused of [verified, restored]) {
      expect(refused).toMatchObject({
        code: 13,
        stderr: expect.stringContaining('unpacks to more than 1073741824'),
      });
    }
    expect(await sameContent(database.url, untouched.url)).toEqual([]);
  });

  it('an archive whose create was killed before its manifest is named, and kept', async () => {
    const other = await Sandbox.make(database.url);
    try {
      await mkdir(other.path('backups'));
      await writeFile(other.path('backups/interrupted.json'), archive);
      const [{ document }, cleanup] = await Promise.all([
        other.json(['status']),
        other.run(['cleanup', '--days=0', '--confirm']),
      ]);
      expect(document).toMatchObject({
        data: { storage: { backups: 0, files_without_manifest: 1 } },
        warnings: [expect.stringContaining('interrupted.json has no manifest')],
      });
      expect(cleanup.stderr).toContain('interrupted.json has no manifest');
      expect(await other.backupFiles()).toEqual(['interrupted.json']);
    } finally {
      await other.remove();
    }
  });

  it('one that is larger than allowed, unless a manifest vouches for it', async () => {
    const env = { MAX_BACKUP_FILE_SIZE: '1000' };
    const file = sandbox.path('large.json');
    await writeFile(file, archive);
    const refused = await sandbox.run(['verify', `--file=${file}`], { env });
    expect(refused).toMatchObject({ code: 13, stderr: expect.stringContaining('MAX_BACKUP_FILE_SIZE=') });
    const piped = await sandbox.runProgram(['verify', '--file=-'], { env, input: archive });
    expect(piped).toMatchObject({ code: 13, stderr: expect.stringContaining('MAX_BACKUP_FILE_SIZE') });
    const [stored] = await sandbox.backupFiles();
    expect(await sandbox.run(['verify', `--file=${String(stored)}`], { env })).toMatchObject({ code: 0 });
  });
});

describe('a parameter that is wrong', () => {
  // What is answered before the settings are read is tried in usage.spec.ts and help.spec.ts of the command line.
  it.each<[string, string[], RegExp]>([
    [
      'type',
      ['create', '--type=pupils'],
      /Unknown backup type "pupils".*full, students, financial, teachers/,
    ],
    ['name', ['create', '--name=../../etc/passwd'], /name.*cannot be used/],
    ['command', ['crate'], /Unknown command 'crate'.*create/],
    ['flag', ['create', '--tipe', 'full'], /Unknown option '--tipe'.*--type/],
    ['cleanup without a yes', ['cleanup'], /--confirm.*--dry-run/],
  ])('%s', async (_, args, message) => {
    await expectRefusal(args, 2, message);
  });

  it('shows help on standard output, and that is no mistake', async () => {
    const { code, stdout, stderr } = await sandbox.runProgram(['restore', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Examples:[\s\S]*Exit codes:[\s\S]*130/);
  });

  it('shows its version', async () => {
    expect(await sandbox.runProgram(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^backup_system \d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it('a setting, all wrong ones at once', async () => {
    const { code, stderr } = await sandbox.runProgram(['list'], {
      env: { LOG_LEVEL: 'loud', BACKUP_RETENTION_DAYS: 'x' },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/LOG_LEVEL[\s\S]*BACKUP_RETENTION_DAYS|BACKUP_RETENTION_DAYS[\s\S]*LOG_LEVEL/);
  });
});

describe('a database or folder that cannot be used', () => {
  it.each<[string, (url: URL) => void, number, RegExp]>([
    ['a wrong password', url => (url.password = 'wrong'), 2, /password/],
    ['no such database', url => (url.pathname = '/nowhere'), 2, /nowhere/],
    ['a server that is down', url => (url.port = '1'), 16, /reach|refused|connect/],
  ])('%s', async (_, change, code, message) => {
    const url = new URL(database.url);
    change(url);
    const before = await sandbox.backupFiles();
    const run = await sandbox.run(['create'], { env: { DATABASE_URL: url.href } });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain(new URL(database.url).password);
    expect(run.code).toBe(code);
    expect(await sandbox.backupFiles()).toEqual(before);
  });

  it('a folder that is a file', async () => {
    await writeFile(sandbox.path('occupied'), '');
    const { code, stderr } = await sandbox.run(['create', `--output-dir=${sandbox.path('occupied')}`]);
    expect(stderr).toContain('BACKUP_DIR');
    expect([2, 16]).toContain(code);
  });

  it('a folder that may not be written', async () => {
    const folder = sandbox.path('read-only');
    await mkdir(folder);
    await chmod(folder, 0o555);
    const run = await sandbox.runProgram(['create', `--output-dir=${folder}`], { within: AS_PLAIN_USER });
    expect(run).toMatchObject({ code: 16, stdout: '', stderr: expect.stringContaining('BACKUP_DIR') });
    expect(await readdir(folder)).toEqual([]);
    const env = { BACKUP_DIR: folder };
    const status = await sandbox.runProgram(['status'], { env, within: AS_PLAIN_USER });
    expect(status).toMatchObject({ code: 16, stdout: expect.stringContaining('may not be written') });
  });

  it('a disk that is full', async () => {
    const disk = sandbox.path('disk');
    await mkdir(disk);
    const small = [
      'sh',
      '-c',
      'mount -t tmpfs -o size=1m tmpfs "$0" && "$@"; code=$?; ls -A "$0"; exit $code',
      disk,
    ];
    const within = firstThatWorks([
      ['unshare', '--mount', ...small],
      ['unshare', '--map-root-user', '--mount', ...small],
      // Where nothing may be mounted, a limit of the process stands in for the disk's.
      ['sh', '-c', 'ulimit -f 2048; "$@"; code=$?; ls -A "$0"; exit $code', disk],
    ]);
    const args = ['create', '--compression=none', `--output-dir=${disk}`];
    const run = await sandbox.runProgram(args, { within });
    expect(run).toMatchObject({ code: 16, stdout: '', stderr: expect.stringContaining('BACKUP_DIR') });
    expect(run.stderr).toMatch(/full|space|room|large/);
  });

  it('a catalog that is out of reach is a warning, and the backup is made', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const env = { CATALOG_DATABASE_URL: url.href };
    const { code, document } = await sandbox.json(['create', '--type=teachers'], { env });
    expect(document).toMatchObject({
      status: 'success',
      warnings: [
        expect.stringContaining('catalog could not be used'),
        expect.stringContaining('not in the audit log'),
      ],
    });
    expect(code).toBe(0);
    expect(await sandbox.run(['status'], { env })).toMatchObject({ code: 16 });
  });
});
