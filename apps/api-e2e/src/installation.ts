import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createTestDatabase,
  newestTestServer,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '@satchel/testing';
import { until } from './until.js';

const API = fileURLToPath(new URL('../../api/dist/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../worker/dist/main.js', import.meta.url));

/** How a program ended: its exit code, or the signal that killed it. */
export type Ending = number | string | null;

/** One line of a program's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly jobId?: string;
  readonly [member: string]: unknown;
}

export interface InstallationOptions {
  /** Whether jobs go over Redis to workers. */
  readonly redis: boolean;
  /** Settings of every program. */
  readonly env?: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string>>;

/** A running server or worker, built as it is shipped. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  #output = '';
  #said = '';

  constructor(main: string, cwd: string, env: Env) {
    this.#child = spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#ended = once(this.#child, 'close').then(
      ([code, signal]: (number | string | null)[]) => code ?? signal ?? null,
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has said to whoever started it. */
  get said(): string {
    return this.#said;
  }

  /** Whole lines only. */
  get log(): readonly LogLine[] {
    return this.#output
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as LogLine);
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits for its end. */
  ended(): Promise<Ending> {
    return this.#ended;
  }

  /** Sends a signal, and waits for nothing. */
  signal(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void {
    if (this.runs) this.#child.kill(signal);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ending> {
    this.signal(signal);
    return await this.#ended;
  }

  /** Waits for a line of the log. @throws if the program ends before */
  async logs(words: string, jobId?: string): Promise<void> {
    await this.#shows(`log ${words}`, () =>
      this.log.some(line => line.msg.includes(words) && (jobId === undefined || line.jobId === jobId)),
    );
  }

  /** Waits until a server listens. @returns its address, without a slash at its end */
  async listening(): Promise<string> {
    await this.#shows('listen', () => addressIn(this.#said) !== null);
    return addressIn(this.#said) ?? '';
  }

  async #shows(what: string, shown: () => boolean): Promise<void> {
    await until(`a program to ${what}`, () => {
      if (shown()) return true;
      if (!this.runs) throw new Error(`the program ended before it could ${what}: ${this.#said}`);
      return false;
    });
  }
}

/** Everything an installation consists of: a school's database, a folder, perhaps a Redis, and the programs that were started. */
export class Installation {
  readonly #env: Env;
  #programs: Program[] = [];

  private constructor(
    readonly database: TestDatabase,
    /** Null: jobs run inside the server. */
    readonly redis: TestRedis | null,
    readonly folder: string,
    env: Env,
  ) {
    this.#env = {
      DATABASE_URL: database.url,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      PORT: '0',
      // Journeys ask more often than people do.
      RATE_LIMIT_PER_MINUTE: '1000000',
      // What one start has compiled, the next need not: a third of the work of a start.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      ...env,
    };
  }

  static async make({ redis, env = {} }: InstallationOptions): Promise<Installation> {
    const database = await createTestDatabase(newestTestServer(), { template: 'school' });
    const folder = await mkdtemp(join(tmpdir(), 'satchel-api-e2e-'));
    try {
      return new Installation(database, redis ? await startTestRedis() : null, folder, env);
    } catch (error) {
      await database.drop();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  startApi(env: Env = {}): Program {
    return this.#start(API, env);
  }

  startWorker(env: Env = {}): Program {
    return this.#start(WORKER, env);
  }

  #start(main: string, env: Env): Program {
    const program = new Program(main, this.folder, { ...this.#env, ...env });
    this.#programs.push(program);
    return program;
  }

  /** Everything in the folder of backups, hidden files too. */
  async backupFiles(): Promise<string[]> {
    const names: string[] = await readdir(join(this.folder, 'backups')).catch(() => []);
    return names.sort();
  }

  /** Files that were sent and wait. */
  async quarantined(): Promise<string[]> {
    const names: string[] = await readdir(this.#quarantine).catch(() => []);
    return names.sort();
  }

  /** Removes what a server that was killed has left half received. */
  async emptyQuarantine(): Promise<void> {
    await rm(this.#quarantine, { recursive: true, force: true });
  }

  get #quarantine(): string {
    return join(this.folder, '.satchel', 'quarantine');
  }

  /** Kills what runs still, and leaves nothing. */
  async remove(): Promise<void> {
    await Promise.all(this.#programs.map(program => program.end('SIGKILL')));
    this.#programs = [];
    await this.redis?.stop();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function addressIn(said: string): string | null {
  return /Satchel listens on (\S+)\/backup\/\n/.exec(said)?.[1] ?? null;
}
