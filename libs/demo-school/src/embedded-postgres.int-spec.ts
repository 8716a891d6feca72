import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { canReach, runsAsRoot } from './server/account.js';
import { freePort } from './server/free-port.js';
import { readPostmaster } from './server/postgres-server.js';
import { quickFolder } from './testing/quick-folder.js';

/** The user `nobody` of Debian and its relatives. */
const NOBODY = { uid: 65_534, gid: 65_534 };

const builtModule = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** A folder whose server has been made, filled and stopped, for copies: they take a fifth of the time. */
let made: string;
let folder: string;
let stops: (() => Promise<void>)[];
let children: ChildProcess[];

beforeAll(async () => {
  made = await mkdtemp(join(await quickFolder(), 'satchel-embedded-'));
  await chmod(made, 0o755);
  await (await startEmbeddedPostgres({ dataFolder: made, students: 5 })).stop();
});
afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(await quickFolder(), 'satchel-embedded-'));
  await chmod(folder, 0o755);
  stops = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const stop of stops) await stop();
  const postmaster = await readPostmaster(join(folder, 'postgres', 'data'));
  if (postmaster) process.kill(postmaster.pid, 'SIGQUIT');
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

async function start(options: Parameters<typeof startEmbeddedPostgres>[0] = {}): Promise<EmbeddedPostgres> {
  const embedded = await startEmbeddedPostgres({ dataFolder: folder, students: 5, ...options });
  stops.push(embedded.stop);
  return embedded;
}

/** Begins with a server that was made before and is not running. */
function makeBefore(): void {
  // With owners, modes and times, which Node's own copy would lose.
  execFileSync('cp', ['-a', `${made}/.`, folder]);
}

async function ask(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the embedded server in a process of its own, which tells on lines and holds on until it is killed. */
function startElsewhere(students: number, user: { uid?: number; gid?: number } = {}): ChildProcess {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(builtModule)};
    const embedded = await startEmbeddedPostgres({
      dataFolder: ${JSON.stringify(folder)}, students: ${students}, onNotice: text => console.log('notice', text),
    });
    console.log('started', embedded.url);
    process.stdin.on('end', () => void embedded.stop()).resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  children.push(child);
  return child;
}

/** The rest of the first line of the child's output that begins with a word. */
async function line(child: ChildProcess, word: string): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  for await (const text of createInterface({ input: child.stdout })) {
    if (text.startsWith(`${word} `)) return text.slice(word.length + 1);
  }
  throw new Error(`the child ended before it said "${word}"`);
}

async function serverPid(): Promise<number> {
  const postmaster = await readPostmaster(join(folder, 'postgres', 'data'));
  if (!postmaster) throw new Error('no server runs');
  return postmaster.pid;
}

describe('startEmbeddedPostgres', () => {
  it('makes a server with a school, keeps it, and finds it again at the same place', async () => {
    const notices: string[] = [];
    const first = await start({ onNotice: text => notices.push(text) });
    expect(await ask(first.url, 'SELECT count(*)::int AS n FROM students_student')).toEqual([{ n: 5 }]);
    await ask(first.url, `UPDATE students_student SET address = 'kept' WHERE id = 1`);
    await first.stop();
    expect(await readPostmaster(first.dataFolder)).toBeNull();
    await expect(ask(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start({ onNotice: text => notices.push(text) });
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT address FROM students_student WHERE id = 1')).toEqual([
      { address: 'kept' },
    ]);
    expect(notices).toEqual(['Filling the embedded database with an invented school; this happens once.']);
  });

  it('lets in nobody without the password, which only its owner can read, and listens to this machine only', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect(await ask(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await ask(url, 'SHOW password_encryption')).toEqual([{ password_encryption: 'scram-sha-256' }]);
    const rules = await ask(url, `SELECT DISTINCT auth_method FROM pg_hba_file_rules`);
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
  });

  it('is the same server for all who start it at the same time, and stops with the last', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map(one => one.url)).size).toBe(1);
    const [first, second, third] = all;
    await Promise.all([first?.stop(), second?.stop()]);
    expect(await ask(third?.url ?? '', 'SELECT count(*)::int AS n FROM students_student')).toEqual([
      { n: 5 },
    ]);
    await third?.stop();
    expect(await readPostmaster(join(folder, 'postgres', 'data'))).toBeNull();
  });

  it('goes on while somebody is still connected', async () => {
    makeBefore();
    const embedded = await start();
    const client = new pg.Client({ connectionString: embedded.url });
    await client.connect();
    try {
      await embedded.stop();
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await client.end();
    }
    await (await start()).stop();
    expect(await readPostmaster(embedded.dataFolder)).toBeNull();
  });

  it('recovers after the server was killed', async () => {
    makeBefore();
    const first = await start();
    await ask(first.url, `UPDATE students_student SET address = 'before the crash' WHERE id = 1`);
    process.kill(await serverPid(), 'SIGKILL');
    const second = await start();
    expect(await ask(second.url, 'SELECT address FROM students_student WHERE id = 1')).toEqual([
      { address: 'before the crash' },
    ]);
    await second.stop();
    expect(await readPostmaster(second.dataFolder)).toBeNull();
  });

  it('uses the server that a killed process has left running', async () => {
    makeBefore();
    const child = startElsewhere(5);
    const url = await line(child, 'started');
    const pid = await serverPid();
    child.kill('SIGKILL');
    await once(child, 'close');
    const embedded = await start();
    expect(embedded.url).toBe(url);
    expect(await serverPid()).toBe(pid);
    await embedded.stop();
    expect(await readPostmaster(embedded.dataFolder)).toBeNull();
  });

  it('fills the school anew if the process that filled it was killed half way', async () => {
    const child = startElsewhere(4_000);
    await line(child, 'notice');
    child.kill('SIGKILL');
    await once(child, 'close');
    const embedded = await start();
    expect(await ask(embedded.url, 'SELECT count(*)::int AS n FROM students_student')).toEqual([{ n: 5 }]);
    const databases = await ask(embedded.url, `SELECT datname FROM pg_database WHERE datname LIKE 'school%'`);
    expect(databases).toEqual([{ datname: 'school' }]);
  });

  it('is not fooled by a pid file whose process id belongs to something else now', async () => {
    makeBefore();
    const first = await start();
    const pidFile = join(first.dataFolder, 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));
    const second = await start();
    expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('takes another port where the first is taken, and remembers it', async () => {
    const wanted = await freePort();
    const blocker = createServer();
    blocker.listen(wanted, '127.0.0.1');
    await once(blocker, 'listening');
    try {
      const first = await start({ port: wanted });
      expect(first.port).not.toBe(wanted);
      await first.stop();
      const second = await start();
      expect(second.port).toBe(first.port);
    } finally {
      blocker.close();
    }
  });

  it('says what to do where the folder cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(start({ dataFolder: join(folder, 'file', 'below') })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/cannot use .*file.below.* or set DATABASE_URL/s) as string,
    });
  });

  it('refuses a folder that another major version has made', async () => {
    makeBefore();
    const first = await start();
    await first.stop();
    await writeFile(join(first.dataFolder, 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe.runIf(runsAsRoot())('startEmbeddedPostgres as root', () => {
  it('keeps its data elsewhere, and says so, where the server’s user cannot enter the folder', async () => {
    await chmod(folder, 0o700);
    const notices: string[] = [];
    const embedded = await start({ onNotice: text => notices.push(text) });
    try {
      expect(embedded.dataFolder.startsWith(folder)).toBe(false);
      expect(notices[0]).toContain(embedded.dataFolder.replace('/postgres/data', ''));
      const again = await start();
      expect(again.url).toBe(embedded.url);
      await again.stop();
    } finally {
      await embedded.stop();
      await rm(join(embedded.dataFolder, '..', '..'), { recursive: true });
    }
  });

  it('shares the server that a common user has made, as that user', async ({ skip }) => {
    // The child reads this very checkout; under a closed home folder only its owner can.
    if (!(await canReach(fileURLToPath(new URL('.', import.meta.url)), NOBODY))) skip();
    await chown(folder, NOBODY.uid, NOBODY.gid);
    const child = startElsewhere(5, NOBODY);
    const url = await line(child, 'started');
    const embedded = await start();
    expect(embedded.url).toBe(url);
    expect((await stat(embedded.dataFolder)).uid).toBe(NOBODY.uid);
    child.stdin?.end();
    await once(child, 'close');
    await embedded.stop();
    const again = await start();
    expect((await stat(join(again.dataFolder, 'postmaster.pid'))).uid).toBe(NOBODY.uid);
  });
});
