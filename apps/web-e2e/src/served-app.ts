import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../api/dist/main.js', import.meta.url));

const API = '/backup/api';

/** Somebody who can sign in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

export interface NewPerson {
  readonly fullName?: string;
  readonly roles?: readonly string[];
  readonly grants?: readonly string[];
  /** Whether their password is still the one that the administrator has made. */
  readonly firstPassword?: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The built server with the built web app and jobs in its process, on a free port and in a folder of its own. */
export class ServedApp {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #token = '';

  private constructor(
    child: ChildProcess,
    folder: string,
    /** Of the web app, with a slash at its end. */
    readonly url: string,
    readonly admin: Person,
  ) {
    this.#child = child;
    this.#folder = folder;
  }

  /** @param settings beside those that keep the server within its folder */
  static async start(
    databaseUrl: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<ServedApp> {
    const folder = await mkdtemp(join(tmpdir(), 'satchel-web-e2e-'));
    const admin = { username: 'admin', password: `password ${randomUUID()}` };
    const child = spawn(process.execPath, [PROGRAM], {
      cwd: folder,
      // Nothing of the developer's own settings, but a way to find programs.
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        DATABASE_URL: databaseUrl,
        BACKUP_DIR: join(folder, 'backups'),
        SATCHEL_HOME: join(folder, 'home'),
        PORT: '0',
        LOG_LEVEL: 'error',
        RATE_LIMIT_PER_MINUTE: '1000000',
        // What one start has compiled, the next need not: a third of the work of a start.
        NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
        SATCHEL_ADMIN_PASSWORD: admin.password,
        ...settings,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const app = new ServedApp(child, folder, await addressOf(child), admin);
      app.#token = await app.#signIn(admin);
      return app;
    } catch (error) {
      await end(child, folder);
      throw error;
    }
  }

  /** Asks the API as the administrator. @returns the data of its answer. @throws Error for a refusal */
  async ask(method: string, path: string, body?: Fields): Promise<Fields> {
    return asObject((await this.#call(method, path, this.#token, body))['data']);
  }

  async addPerson(facts: NewPerson = {}): Promise<Person> {
    const { fullName = '', roles = [], grants = [], firstPassword = false } = facts;
    const username = `person_${randomUUID().slice(0, 8)}`;
    const first = `first password of ${username}`;
    await this.ask('POST', 'users/', { username, full_name: fullName, roles, grants, password: first });
    if (firstPassword) return { username, password: first };
    const password = `own password of ${username}`;
    const token = await this.#signIn({ username, password: first });
    await this.#call('POST', 'auth/password/', token, { old_password: first, password });
    return { username, password };
  }

  /** Makes a backup and waits for its end. */
  async backUp(type: string, name: string): Promise<{ readonly backupId: string; readonly jobId: string }> {
    const { job_id: jobId } = await this.ask('POST', 'create/', { backup_type: type, backup_name: name });
    if (typeof jobId !== 'string') throw new Error('The backup has no number.');
    const job = await this.jobEnd(jobId);
    if (job['state'] !== 'success') throw new Error(`The backup ended otherwise: ${JSON.stringify(job)}`);
    return { backupId: String(job['backup_id']), jobId };
  }

  /** Waits until a job has ended. @returns the job */
  async jobEnd(jobId: string): Promise<Fields> {
    for (;;) {
      const job = await this.ask('GET', `status/${jobId}/`);
      if (job['state'] !== 'pending' && job['state'] !== 'running') return job;
      await delay(50);
    }
  }

  /** Waits until no job is left that waits or runs. */
  async allJobsEnded(): Promise<void> {
    for (;;) {
      const { items } = await this.ask('GET', 'jobs/');
      if (Array.isArray(items) && items.length === 0) return;
      await delay(50);
    }
  }

  /** The file of a backup. */
  async download(backupId: string): Promise<Buffer> {
    const response = await this.#fetch('GET', `download/${backupId}/`, this.#token);
    if (!response.ok) throw new Error(`The download was refused: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async stop(): Promise<void> {
    await end(this.#child, this.#folder);
  }

  async #signIn(person: Person): Promise<string> {
    const answer = await this.#call('POST', 'auth/login/', null, { ...person });
    const token = asObject(answer['data'])['access_token'];
    if (typeof token !== 'string') throw new Error('Signing in gave no access token.');
    return token;
  }

  async #call(method: string, path: string, token: string | null, body?: Fields): Promise<Fields> {
    const response = await this.#fetch(method, path, token, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return asObject(JSON.parse(text));
  }

  #fetch(method: string, path: string, token: string | null, body?: Fields): Promise<Response> {
    return fetch(new URL(`${API}/${path}`, this.url), {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

function asObject(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}

/** Where the server says it listens. @throws Error with what it said, if it ends before that */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      const address = /listens on (http:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended early:\n${said}`)));
  });
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
