import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@satchel/demo-school';
import { cpuSeconds } from '../bench/process-tree.ts';
import { Client } from './client.ts';

const PROGRAM = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));

/** Longest wait for the server to be ready, in milliseconds. */
const PATIENCE_MS = 60_000;

export interface Admin {
  readonly username: string;
  readonly password: string;
}

/** The server under load: the built program, as `npm start` runs it, with jobs inside its process. */
export class ApiProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;
  /** Who may do everything. */
  readonly admin: Admin;

  private constructor(child: ChildProcess, folder: string, port: number, admin: Admin) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    this.admin = admin;
  }

  /**
   * Starts it and signs its administrator in.
   *
   * @param folder  holds backups, keys and uploads
   * @param profile a folder for a CPU profile of it, from start to end; null for none
   */
  static async start(
    databaseUrl: string,
    folder: string,
    profile: string | null = null,
  ): Promise<{ api: ApiProcess; client: Client }> {
    const password = randomBytes(12).toString('hex');
    const port = await freePort();
    await mkdir(folder, { recursive: true });
    const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
    const child = spawn(process.execPath, [...profiling, PROGRAM], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: databaseUrl,
        BACKUP_DIR: join(folder, 'backups'),
        SATCHEL_HOME: folder,
        PORT: String(port),
        LOG_LEVEL: 'warn',
        RATE_LIMIT_PER_MINUTE: '1000000',
        SATCHEL_ADMIN_PASSWORD: password,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    const api = new ApiProcess(child, folder, port, { username: 'admin', password });
    const client = new Client(port);
    const end = Date.now() + PATIENCE_MS;
    while ((await client.get('/readyz').catch(() => null))?.status !== 200) {
      if (child.exitCode !== null || Date.now() > end) {
        await api.stop();
        throw new Error(`The server did not get ready:\n${said}`);
      }
      await delay(100);
    }
    await client.signIn('admin', password);
    return { api, client };
  }

  /** CPU seconds until now, of all its threads. */
  get cpuSeconds(): number {
    return cpuSeconds(this.#child.pid ?? 0);
  }

  /** Resident memory now, in bytes. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  }

  /** Files in quarantine, whatever they are called. */
  async quarantined(): Promise<number> {
    return (await readdir(join(this.#folder, 'quarantine')).catch(() => [])).length;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
